import { Badge, Group, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { parseUsd } from "@ratebook/core";
import { DataTable } from "../../app/data-table.tsx";
import { instantText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { percentOf } from "../markup/rule-draft.ts";
import { volumeText } from "./volume-text.ts";

type OwnTerms = Api<"contracts", "own">;
type Progressed = OwnTerms["discounts"][number];

/** How far the UTC month has come in each volume discount, and what is missing for the next tier. */
export const MonthPanel = ({ own: { discounts, month, resetsAt } }: { own: OwnTerms }) => (
  <Panel
    title={`Volume in ${month.slice(0, 7)}`}
    description={`Counts begin again at ${instantText(resetsAt)}. Calls made at the same instant may be priced a step behind; what that leaves is given as credits three days after the month.`}
  >
    <Stack gap="xl">
      {discounts.map((it) => (
        <Discount key={it.discount.id} progress={it} />
      ))}
    </Stack>
  </Panel>
);

function Discount({ progress }: { progress: Progressed }) {
  const { discount, volume, gross, given, below, tiers, counting, discountBps } = progress;
  const text = (amount: bigint) => volumeText(discount, amount);
  const next = tiers.find(({ state }) => state === "ahead");
  const [first] = discount.tiers;
  return (
    <section aria-label={`Volume discount ${discount.id}`}>
      <Group gap="xs" mb={6}>
        <Title order={3}>{discount.id}</Title>
        <Badge variant="light" color={discountBps > 0 ? "teal" : "gray"}>
          {discountBps > 0 ? `${percentOf(discountBps)} % off now` : "no discount yet"}
        </Badge>
        {!counting && (
          <Badge variant="light" color="gray">
            no longer counting
          </Badge>
        )}
      </Group>
      <Text size="sm" mb={6}>
        {text(volume)} counted so far.{" "}
        {next === undefined
          ? "The last tier is reached."
          : `${text(next.missing)} more until ${percentOf(next.discountBps)} % comes off what lies above.`}
      </Text>
      {next !== undefined && (
        <Progress
          value={share(volume, billionths(next.above))}
          color="teal.6"
          mb="sm"
          aria-label={`${discount.id}, on the way to the next tier, in percent`}
        />
      )}
      <DataTable label={`Tiers of ${discount.id}`} minWidth={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Tier</Table.Th>
            <Table.Th scope="col" className="number">
              Discount
            </Table.Th>
            <Table.Th scope="col" className="number">
              In it so far
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {first !== undefined && billionths(first.above) > 0n && (
            <Table.Tr>
              <Table.Td style={{ whiteSpace: "normal" }}>Up to {text(billionths(first.above))}</Table.Td>
              <Table.Td className="number">none</Table.Td>
              <Table.Td className="number">{text(below)}</Table.Td>
            </Table.Tr>
          )}
          {tiers.map((tier) => (
            <Table.Tr key={tier.above} {...(tier.state === "reached" && { fw: 600 })}>
              <Table.Td style={{ whiteSpace: "normal" }}>
                Above {text(billionths(tier.above))}
                {tier.state === "reached" && " (now)"}
              </Table.Td>
              <Table.Td className="number">{percentOf(tier.discountBps)} %</Table.Td>
              <Table.Td className="number">{text(tier.volume)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </DataTable>
      <Text size="sm" c="dimmed" mt={6} component="div">
        <Money amount={gross} /> before the discount, <Money amount={given} /> taken off.
      </Text>
    </section>
  );
}

/** Dollars and units have the same nine places. */
function billionths(decimalText: string): bigint {
  const read = parseUsd(decimalText);
  return read.ok ? read.value : 0n;
}

/** For drawing alone: whole percent. */
const share = (volume: bigint, of: bigint): number => (of === 0n ? 100 : Number((volume * 100n) / of));
