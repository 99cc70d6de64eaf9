import { Badge, Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { ModelLink } from "../catalogue/model-link.tsx";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import type { ShownPrice } from "../catalogue/unit-price.ts";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import { meterText } from "../wallet/meter-text.ts";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";
import { type Proposal, pricesOf, ratioText, ruleText } from "./proposal.ts";
import classes from "./proposals.module.css";

/** Proposals one below the other: what it is about, from what to what, why it was stopped, and the decision. */
export function ProposalList({ items }: { items: readonly Proposal[] }) {
  const [asked, setAsked] = useState<{ proposal: Proposal; decision: Decision } | null>(null);
  return (
    <>
      <ul className={classes.list} aria-label="Proposals">
        {items.map((proposal) => (
          <li key={proposal.id} className={classes.item} aria-label={nameOf(proposal)}>
            <Subject proposal={proposal} />
            <Change proposal={proposal} />
            <Reason proposal={proposal} />
            {proposal.state === "held" ? (
              <Group gap="xs" className={classes.actions}>
                {proposal.action !== "refuse" && (
                  <Button size="xs" onClick={() => setAsked({ proposal, decision: "approve" })}>
                    Approve
                  </Button>
                )}
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => setAsked({ proposal, decision: "reject" })}
                >
                  Reject
                </Button>
              </Group>
            ) : (
              <Outcome proposal={proposal} />
            )}
          </li>
        ))}
      </ul>
      {asked && <DecisionDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const nameOf = ({ offering, meter }: Proposal): string => `${offering}, ${meterText(meter)}`;

const Subject = ({ proposal: { offering, meter, when, source, createdAt } }: { proposal: Proposal }) => (
  <div className={classes.subject}>
    <ModelLink offering={offering} name={null} scale="1m" />
    <Text size="sm">{meterText(meter)}</Text>
    <RateConditions when={when} />
    <Group gap={6} mt={4}>
      <SourceBadge source={source} />
      <Text size="xs" c="dimmed">
        <Age at={createdAt} />
      </Text>
    </Group>
  </div>
);

function Change({ proposal }: { proposal: Proposal }) {
  const { before, after } = pricesOf(proposal);
  return (
    <div className={classes.change}>
      <div className={classes.prices}>
        <Side price={before} absent="New rate" label="From" />
        <IconArrowRight size={16} aria-hidden />
        <Side price={after} absent="Removed" label="To" />
      </div>
      {proposal.ratio !== null && (
        <Text size="sm" c="dimmed">
          {ratioText(proposal.ratio)} the price now
        </Text>
      )}
    </div>
  );
}

const Side = ({ price, absent, label }: { price: ShownPrice | null; absent: string; label: string }) => (
  <span>
    <VisuallyHidden>{label} </VisuallyHidden>
    {price === null ? <span className={classes.absent}>{absent}</span> : <UnitPrice price={price} />}
  </span>
);

const Reason = ({ proposal: { rule, reason, action } }: { proposal: Proposal }) => (
  <div className={classes.reason}>
    <Badge color={action === "hold" ? "orange" : "red"} variant="light" size="sm">
      {ruleText(rule)}
    </Badge>
    <Text size="sm" mt={4}>
      {reason}
    </Text>
    {action === "refuse" && (
      <Text size="sm" c="dimmed">
        Nobody can activate this value.
      </Text>
    )}
  </div>
);

const Outcome = ({ proposal }: { proposal: Proposal }) => {
  const { state, witness, version, decidedAt, decisionReason } = proposal;
  return (
    <div className={classes.actions}>
      <Text size="sm" fw={500} tt="capitalize">
        {state}
        {version !== null && `, version ${version}`}
      </Text>
      {decidedAt !== null && (
        <Text size="xs" c="dimmed">
          <Age at={decidedAt} />
        </Text>
      )}
      {witness !== null && <Text size="sm">Confirmed by {witness}</Text>}
      {decisionReason !== null && <Text size="sm">“{decisionReason}”</Text>}
    </div>
  );
};
