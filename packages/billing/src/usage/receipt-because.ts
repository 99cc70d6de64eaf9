import type { MarkupRule } from "@ratebook/core";
import type { StoredUsageLine } from "./stored-line.ts";

/** Why a rule priced a line, and what of it decided, in one sentence. */
export function ruleBecause(
  { decidedBy, bps, conservative }: Pick<StoredUsageLine, "decidedBy" | "bps" | "conservative">,
  rule: MarkupRule,
  isFirst: boolean,
): string {
  const chosen =
    conservative === true
      ? "the rate was borrowed from the provider's dearest model, with the rule that prices it"
      : isFirst
        ? "it is the first rule asked, and it matches"
        : "it is the first rule that matches";
  return `${chosen}; ${decided(decidedBy, bps, rule)}`;
}

function decided(decidedBy: StoredUsageLine["decidedBy"], bps: number | null, rule: MarkupRule): string {
  switch (decidedBy) {
    case "percent":
      return bps === 0 || bps === null
        ? "it sells at the list price"
        : `it sells at the list price ${percent(bps)}`;
    case "price":
      return "it fixes the price, whatever the list price is";
    case "floor":
      return `its price came out below its floor of ${bound(rule.floor)}, which applies`;
    case "ceiling":
      return `its price came out above its ceiling of ${bound(rule.ceiling)}, which applies`;
    case "own_cost":
      return "its price came out below what the operator pays, and it does not allow that: the price is that cost";
    case "free":
      return "the rate is free";
    case "byok":
      return "the customer's own key paid the provider, so only the operator's fee is due";
  }
}

/** Basis points as "+ 5 %", "− 2.5 %". */
const percent = (bps: number): string => `${bps < 0 ? "−" : "+"} ${Math.abs(bps) / 100} %`;

const bound = (price: MarkupRule["floor"]): string =>
  price === undefined ? "a price" : `$${price.usd} for ${price.per}`;
