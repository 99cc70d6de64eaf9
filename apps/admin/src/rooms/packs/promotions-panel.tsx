import { Badge, Table, Text } from "@mantine/core";
import { IconDiscount } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EditablePanel } from "../../app/editable-panel.tsx";
import { dayText } from "../../app/instant-text.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { PromotionModal } from "./promotion-modal.tsx";

export type Promotion = Api<"payments", "promotions">[number];

/** Bonuses for a time, with their codes and how often they were used. */
export const PromotionsPanel = () => (
  <EditablePanel<Promotion>
    title="Promotions"
    description="Of those that fit a purchase, the one that gives most applies."
    query={useQuery(useTRPC().payments.promotions.queryOptions())}
    newLabel="New promotion"
    empty={{
      icon: IconDiscount,
      title: "No promotions",
      text: "A promotion adds a bonus to purchases for some time, to everybody or by code.",
    }}
    head={
      <>
        <Table.Th scope="col">Promotion</Table.Th>
        <Table.Th scope="col">Codes</Table.Th>
        <Table.Th scope="col" className="number" visibleFrom="sm">
          Uses
        </Table.Th>
      </>
    }
    cells={(promotion) => <PromotionCells promotion={promotion} />}
    nameOf={({ label }) => label}
    form={(promotion, close) => <PromotionModal promotion={promotion} onClose={close} />}
  />
);

const PromotionCells = ({ promotion }: { promotion: Promotion }) => (
  <>
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
  </>
);

/** "10 % and $5.00 on top". */
function bonusText({ bonusBps, bonus }: Promotion): string {
  const share = bonusBps === 0 ? [] : [`${bonusBps / 100} %`];
  const fixed = bonus === 0n ? [] : [moneyText(bonus)];
  return `${[...share, ...fixed].join(" and ")} on top`;
}
