import { Group, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { meterText } from "../wallet/meter-text.ts";

/** What a default request of an offering costs now; nothing where the offering has no default request. */
export function DefaultRequest({ offering }: { offering: string }) {
  const preview = useQuery(useTRPC().pricing.preview.queryOptions({ offering }, { retry: false }));
  if (!preview.data) return null;
  const { amount, lines } = preview.data;
  return (
    <Panel
      title="A default request"
      description="What price pages and summaries quote for this model, at the prices in force now."
      action={
        <Text size="xl" fw={650}>
          <Money amount={amount} />
        </Text>
      }
    >
      <Table
        withRowBorders={false}
        verticalSpacing={4}
        horizontalSpacing={0}
        aria-label="Lines of a default request"
      >
        <Table.Tbody>
          {lines.map(({ kind, meter, quantity, rule, amount: due }) => (
            <Table.Tr key={`${kind} ${meter ?? rule}`}>
              <Table.Th scope="row" fw={400} fz="sm">
                {meter === null
                  ? kind === "volume"
                    ? `Volume discount ${rule}`
                    : "Fee"
                  : `${quantity} × ${meterText(meter)}`}
              </Table.Th>
              <Table.Td ta="end" fz="sm">
                <Group justify="flex-end">
                  <Money amount={due} />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
