import { Anchor, Stack, Text } from "@mantine/core";
import type { ContractTerms } from "@ratebook/core";
import { Link } from "@tanstack/react-router";
import { instantText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import type { Api } from "../../app/trpc.ts";
import { StateBadge } from "../contracts/state-badge.tsx";
import { TermsList } from "../contracts/terms-list.tsx";

type OwnContract = Api<"contracts", "own">["contracts"][number];

/** One contract of the reader's organization: when it holds, and everything in it. */
export function ContractPanel({ contract }: { contract: OwnContract }) {
  const { contract: label, state, validFrom, validUntil, terms } = contract;
  const isActive = state === "active";
  return (
    <Panel
      title={isActive ? "In force" : "Agreed for later"}
      description={`${label}: from ${instantText(validFrom)} ${
        validUntil === null ? "until it is ended" : `to ${instantText(validUntil)}`
      }.`}
      action={<StateBadge state={state} />}
    >
      <Stack gap="md">
        <TermsList terms={asAgreed(terms)} />
        <Text size="sm" c="dimmed">
          The first price or markup that fits a call decides; percentages are on the list price. Where none
          fits, the standard price applies.
          {isActive && (
            <>
              {" "}
              <Anchor component={Link} to="/catalogue" inherit>
                See your prices in the catalogue
              </Anchor>
            </>
          )}
        </Text>
      </Stack>
    </Panel>
  );
}

/** The terms without what they say to the operator alone: whether something may be sold below its cost. */
const asAgreed = ({ prices, rules, discounts, ...rest }: ContractTerms): ContractTerms => ({
  ...rest,
  prices: prices.map(withoutLoss),
  rules: rules.map(withoutLoss),
  discounts: discounts.map(withoutLoss),
});

function withoutLoss<Term extends { allowLoss?: boolean | undefined }>(term: Term): Omit<Term, "allowLoss"> {
  const { allowLoss: _allowLoss, ...rest } = term;
  return rest;
}
