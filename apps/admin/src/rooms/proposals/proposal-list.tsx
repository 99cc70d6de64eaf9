import { Anchor, Badge, Checkbox, Group, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Age, Instant } from "../../app/age.tsx";
import { ModelLink } from "../catalogue/model-link.tsx";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import type { ShownPrice } from "../catalogue/unit-price.ts";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import { meterText } from "../wallet/meter-text.ts";
import {
  isActivatable,
  isOpen,
  nameOf,
  type Proposal,
  pricesOf,
  ratioText,
  ruleText,
  stateText,
} from "./proposal.ts";
import { ProposalActions } from "./proposal-actions.tsx";
import classes from "./proposals.module.css";

type ProposalListProps = {
  items: readonly Proposal[];
  /** Ids of those that are ticked. */
  ticked: ReadonlySet<string>;
  onTick: (id: string, on: boolean) => void;
};

/** Proposals one below the other: what it is about, from what to what, why it was stopped, and the decision. */
export const ProposalList = ({ items, ticked, onTick }: ProposalListProps) => (
  <ul className={classes.list} aria-label="Price changes">
    {items.map((proposal) => (
      <li key={proposal.id} className={classes.item} aria-label={nameOf(proposal)}>
        <div className={classes.subjectWithTick}>
          {isOpen(proposal) && (
            <Checkbox
              aria-label={`Select ${nameOf(proposal)}`}
              checked={ticked.has(proposal.id)}
              onChange={(event) => onTick(proposal.id, event.currentTarget.checked)}
            />
          )}
          <Subject proposal={proposal} />
        </div>
        <PriceChange proposal={proposal} />
        <Reason proposal={proposal} />
        <div className={classes.actions}>
          {isOpen(proposal) && <ProposalActions proposal={proposal} brief />}
          {proposal.state !== "held" && <Outcome proposal={proposal} />}
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/proposals/$proposalId" params={{ proposalId: proposal.id }} />
            )}
          >
            Evidence<VisuallyHidden> on {nameOf(proposal)}</VisuallyHidden>
          </Anchor>
        </div>
      </li>
    ))}
  </ul>
);

const Subject = ({
  proposal: { offering, meter, when, source, createdAt, escalatedAt },
}: {
  proposal: Proposal;
}) => (
  <div className={classes.subject}>
    <ModelLink offering={offering} name={null} scale="1m" />
    <Text size="sm">{meterText(meter)}</Text>
    <RateConditions when={when} />
    <Group gap={6} mt={4}>
      <SourceBadge source={source} />
      <Text size="xs" c="dimmed">
        <Age at={createdAt} />
      </Text>
      {escalatedAt !== null && (
        <Badge size="sm" color="red" variant="light">
          Blocks a price in use
        </Badge>
      )}
    </Group>
  </div>
);

/** From what to what, with the ratio. */
export function PriceChange({ proposal }: { proposal: Proposal }) {
  const { before, after } = pricesOf(proposal);
  return (
    <div>
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

/** Which rule stopped it, and the sentence it gave. */
export const Reason = ({ proposal }: { proposal: Proposal }) => (
  <div className={classes.reason}>
    <Badge color={proposal.action === "hold" ? "orange" : "red"} variant="light" size="sm">
      {ruleText(proposal.rule)}
    </Badge>
    <Text size="sm" mt={4}>
      {proposal.reason}
    </Text>
    {!isActivatable(proposal) && (
      <Text size="sm" c="dimmed">
        Nobody can activate this value.
      </Text>
    )}
  </div>
);

/** What was decided, when, by whom and why. */
export const Outcome = ({ proposal }: { proposal: Proposal }) => {
  const { state, witness, version, decidedAt, decidedBy, decisionReason, activateAt } = proposal;
  return (
    <div className={classes.outcome}>
      <Text size="sm" fw={500}>
        {stateText(state)}
        {version !== null && (
          <>
            {", "}
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link {...props} to="/versions/$version" params={{ version: String(version) }} />
              )}
            >
              version {version}
            </Anchor>
          </>
        )}
      </Text>
      {state === "scheduled" && activateAt !== null && (
        <Text size="sm">
          For <Instant at={activateAt} />
        </Text>
      )}
      {decidedAt !== null && (
        <Text size="xs" c="dimmed">
          <Age at={decidedAt} />
          {decidedBy !== null && (
            <>
              {" by "}
              <span className="mono">{decidedBy}</span>
            </>
          )}
        </Text>
      )}
      {witness !== null && <Text size="sm">Confirmed by {witness}</Text>}
      {decisionReason !== null && <Text size="sm">“{decisionReason}”</Text>}
    </div>
  );
};
