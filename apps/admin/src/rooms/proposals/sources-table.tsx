import { Badge, Group, Table, Text } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import type { SourceSide } from "./evidence.ts";
import { priceOf, ratioText } from "./proposal.ts";

/** What each source says of one price, side by side, with how it stands to the proposed one. */
export const SourcesTable = ({ meter, sides }: { meter: string; sides: readonly SourceSide[] }) => (
  <DataTable label="Sources side by side" minWidth={620}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Source</Table.Th>
        <Table.Th scope="col" className="number">
          Says
        </Table.Th>
        <Table.Th scope="col">Against the proposed price</Table.Th>
        <Table.Th scope="col">Its word</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {sides.map((side) => (
        <Row key={`${side.source} ${side.standing}`} meter={meter} side={side} />
      ))}
    </Table.Tbody>
  </DataTable>
);

function Row({ meter, side }: { meter: string; side: SourceSide }) {
  const price = priceOf(meter, side.usd, side.per);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={6}>
          <SourceBadge source={side.source} />
          {side.standing === "this" && (
            <Badge size="sm" variant="light" color="orange">
              Proposed
            </Badge>
          )}
          {side.standing === "proposed" && (
            <Badge size="sm" variant="light" color="gray">
              Held as well
            </Badge>
          )}
          {side.decides && (
            <Badge size="sm" variant="light" color="teal">
              Billed now
            </Badge>
          )}
          {side.missingSince !== null && (
            <Badge size="sm" variant="light" color="orange">
              Missing at source
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td className="number">{price && <UnitPrice price={price} />}</Table.Td>
      <Table.Td>
        <Comparison side={side} />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{rankText(side.rank)}</Text>
        {side.because !== null && (
          <Text size="xs" c="dimmed">
            {side.because}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Comparison({ side: { agrees, ratio } }: { side: SourceSide }) {
  if (agrees === null) return "–";
  if (agrees) {
    return (
      <Badge size="sm" variant="light" color="teal">
        Agrees
      </Badge>
    );
  }
  return (
    <Group gap={6}>
      <Badge size="sm" variant="light" color="red">
        Disagrees
      </Badge>
      {ratio !== null && (
        <Text span size="sm">
          {ratioText(ratio)} it
        </Text>
      )}
    </Group>
  );
}

const rankText = (rank: number | null | undefined): string =>
  rank === undefined ? "–" : rank === null ? "Witness" : `Decides as number ${rank}`;
