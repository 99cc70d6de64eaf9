import { Badge, Table, Text } from "@mantine/core";
import { IconPackage } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EditablePanel } from "../../app/editable-panel.tsx";
import { dayText } from "../../app/instant-text.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { PackModal } from "./pack-modal.tsx";

export type Pack = Api<"payments", "allPacks">[number];

/** Packs in the order customers see them, those not sold now too. */
export const PacksPanel = () => (
  <EditablePanel<Pack>
    title="Credit packs"
    description="In the order customers see them."
    query={useQuery(useTRPC().payments.allPacks.queryOptions())}
    newLabel="New pack"
    empty={{
      icon: IconPackage,
      title: "No packs",
      text: "Customers buy any amount within the limits.",
    }}
    head={
      <>
        <Table.Th scope="col" visibleFrom="sm">
          Order
        </Table.Th>
        <Table.Th scope="col">Pack</Table.Th>
        <Table.Th scope="col" className="number">
          Price
        </Table.Th>
        <Table.Th scope="col" className="number" visibleFrom="sm">
          Bonus
        </Table.Th>
        <Table.Th scope="col" visibleFrom="sm">
          Sold
        </Table.Th>
      </>
    }
    cells={(pack) => <PackCells pack={pack} />}
    nameOf={({ name }) => name}
    form={(pack, close) => <PackModal pack={pack} onClose={close} />}
  />
);

const PackCells = ({ pack }: { pack: Pack }) => (
  <>
    <Table.Td visibleFrom="sm" className="figures-tabular">
      {pack.sortOrder}
    </Table.Td>
    <Table.Td>
      <Text size="sm">{pack.name}</Text>
      <Text size="xs" c="dimmed" className="mono">
        {pack.slug}
      </Text>
      {!pack.active && (
        <Badge variant="light" color="gray" tt="none">
          Not sold now
        </Badge>
      )}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={pack.price} />
    </Table.Td>
    <Table.Td className="number" visibleFrom="sm">
      <Money amount={pack.bonus} />
      {pack.promotion !== null && (
        <Text size="xs" c="dimmed">
          with {pack.promotion.label}
        </Text>
      )}
    </Table.Td>
    <Table.Td visibleFrom="sm">{datesText(pack)}</Table.Td>
  </>
);

function datesText({ activeFrom, activeUntil }: Pack): string {
  if (activeFrom === null && activeUntil === null) return "Always";
  const from = activeFrom === null ? "" : `from ${dayText(activeFrom)} `;
  return `${from}${activeUntil === null ? "" : `until ${dayText(activeUntil)}`}`.trim();
}
