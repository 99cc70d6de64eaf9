import { Badge, Button, Table, Text } from "@mantine/core";
import { IconDiscount } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { PromotionModal } from "./promotion-modal.tsx";

export type Promotion = Api<"payments", "promotions">[number];

/** Bonuses for a time, with their codes and how often they were used. */
export function PromotionsPanel() {
  const promotions = useQuery(useTRPC().payments.promotions.queryOptions());
  const [editing, edit] = useState<Promotion | "new" | null>(null);
  return (
    <Panel
      flush
      title="Promotions"
      description="Of those that fit a purchase, the one that gives most applies."
      action={
        <Button size="xs" onClick={() => edit("new")}>
          New promotion
        </Button>
      }
    >
      <QueryBody
        query={promotions}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={IconDiscount} title="No promotions">
              A promotion adds a bonus to purchases for some time, to everybody or by code.
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <DataTable label="Promotions" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Promotion</Table.Th>
                <Table.Th scope="col">Codes</Table.Th>
                <Table.Th scope="col" className="number" visibleFrom="sm">
                  Uses
                </Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Change</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((promotion) => (
                <PromotionRow key={promotion.id} promotion={promotion} onChange={() => edit(promotion)} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      {editing !== null && (
        <PromotionModal promotion={editing === "new" ? null : editing} onClose={() => edit(null)} />
      )}
    </Panel>
  );
}

const PromotionRow = ({ promotion, onChange }: { promotion: Promotion; onChange: () => void }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm">{promotion.label}</Text>
      <Text size="xs" c="dimmed">
        {bonusText(promotion)}, {dayText(promotion.startsAt)} to{" "}
        {promotion.endsAt === null ? "further notice" : dayText(promotion.endsAt)}
        {promotion.perCustomerLimit !== null && `, ${promotion.perCustomerLimit} a customer`}
      </Text>
      {!promotion.active && (
        <Badge variant="light" color="gray" tt="none">
          Switched off
        </Badge>
      )}
    </Table.Td>
    <Table.Td>
      {promotion.codes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {promotion.needsCode ? "None yet" : "Needs none"}
        </Text>
      ) : (
        promotion.codes.map(({ code, uses, maxUses, active }) => (
          <Text key={code} size="sm" style={{ whiteSpace: "nowrap" }} td={active ? "none" : "line-through"}>
            {code}{" "}
            <Text span size="xs" c="dimmed">
              {uses}
              {maxUses !== null && ` of ${maxUses}`}
            </Text>
          </Text>
        ))
      )}
    </Table.Td>
    <Table.Td className="number" visibleFrom="sm">
      {promotion.uses}
    </Table.Td>
    <Table.Td className="number">
      <Button size="compact-sm" variant="subtle" aria-label={`Change ${promotion.label}`} onClick={onChange}>
        Change
      </Button>
    </Table.Td>
  </Table.Tr>
);

/** "10 % and $5.00 on top". */
function bonusText({ bonusBps, bonus }: Promotion): string {
  const share = bonusBps === 0 ? [] : [`${bonusBps / 100} %`];
  const fixed = bonus === 0n ? [] : [moneyText(bonus)];
  return `${[...share, ...fixed].join(" and ")} on top`;
}
