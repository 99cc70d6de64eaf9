import { Anchor, Badge, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { termsText } from "./terms-text.ts";

/** What an organization agreed with the platform, and how far its month has come; nothing where it agreed nothing. */
export function OwnTermsPanel() {
  const own = useQuery(useTRPC().contracts.own.queryOptions({}));
  if (!own.data || own.data.contracts.length === 0) return null;
  const { contracts, discounts, month } = own.data;
  return (
    <Panel
      title="Your terms"
      description="Agreed with the platform; they go before the public prices."
      action={
        <Anchor component={Link} to="/terms" size="sm">
          Details
        </Anchor>
      }
    >
      <Stack gap="md">
        {contracts.map(({ contract, state, validFrom, validUntil, terms }) => (
          <div key={contract}>
            <Group gap="xs">
              <Text fw={600} size="sm">
                {dayText(validFrom)} {validUntil === null ? "on" : `to ${dayText(validUntil)}`} (UTC)
              </Text>
              <Badge variant="light" color={state === "active" ? "teal" : "gray"}>
                {state}
              </Badge>
            </Group>
            {termsText(terms).map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
          </div>
        ))}
        {discounts.map(({ discount: { id }, gross, given }) => (
          <Text key={id} size="sm" component="div">
            {month.slice(0, 7)}, {id}: <Money amount={gross} /> before the discount, <Money amount={given} />{" "}
            taken off
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}
