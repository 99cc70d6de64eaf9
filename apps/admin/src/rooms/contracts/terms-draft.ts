import type { ContractTerms, FixedPrice, MarkupMatch, MarkupRule, VolumeDiscount } from "@ratebook/core";
import { exactAsOfText } from "../catalogue/as-of.ts";
import { percentOf } from "../markup/rule-draft.ts";
import { offeringPattern } from "./offering-pattern.ts";

/** What a term applies to, as text of a form; "" asks nothing. */
type MatchDraft = { pattern: string; modality: string; meter: string };

export type PriceDraft = MatchDraft & { id: string; usd: string; per: string; allowLoss: boolean };

export type TierDraft = { above: string; percent: string };

export type DiscountDraft = MatchDraft & {
  id: string;
  by: VolumeDiscount["by"];
  tiers: TierDraft[];
  allowLoss: boolean;
};

/** The terms of a contract as they stand in a form: text and switches. */
export type TermsDraft = {
  /** Percent on everything that no rule names: "12.5"; "" leaves it to the operator's policy. */
  markup: string;
  /** Name of the rule the percentage becomes. */
  markupId: string;
  /** Rules for a part, asked first. */
  rules: MarkupRule[];
  prices: PriceDraft[];
  discounts: DiscountDraft[];
  lock: { on: boolean; version: string; until: string; pattern: string; modality: string; accepted: boolean };
  creditLine: { on: boolean; amount: string };
  invoicing: { on: boolean; netDays: string; purchaseOrder: string; email: string; note: string };
};

/** Terms as a form shows them; `readTermsDraft` gives the same terms back. */
export function termsDraft(terms: ContractTerms): TermsDraft {
  const { rules, prices, discounts, priceLock, creditLine, invoicing } = terms;
  const last = rules.at(-1);
  const forAll = last !== undefined && isPercentOnAll(last) ? last : null;
  return {
    markup: forAll === null ? "" : percentOf(forAll.percentBps ?? 0),
    markupId: forAll?.id ?? freeName("own-markup", [...rules, ...prices]),
    rules: forAll === null ? rules : rules.slice(0, -1),
    prices: prices.map(priceDraft),
    discounts: discounts.map(discountDraft),
    lock: {
      on: priceLock !== null,
      version: priceLock?.catalogueVersion.toString() ?? "",
      until: priceLock === null ? "" : exactAsOfText(new Date(priceLock.until)),
      pattern: offeringPattern(priceLock?.match ?? {}),
      modality: priceLock?.match.modality ?? "",
      accepted: priceLock?.allowLoss ?? false,
    },
    creditLine: { on: creditLine !== null, amount: creditLine?.amount ?? "" },
    invoicing: {
      on: invoicing !== null,
      netDays: invoicing?.netDays.toString() ?? "30",
      purchaseOrder: invoicing?.purchaseOrder ?? "",
      email: invoicing?.email ?? "",
      note: invoicing?.note ?? "",
    },
  };
}

/** A row for a price of an offering still to be chosen. */
export const NEW_PRICE: PriceDraft = {
  id: "",
  pattern: "",
  modality: "",
  meter: "input_tokens",
  usd: "",
  per: "1000000",
  allowLoss: false,
};

/** A discount on everything by the month's dollars, its tiers still to be filled in. */
export const newDiscount = (others: readonly DiscountDraft[]): DiscountDraft => ({
  id: freeName("volume", others),
  by: "spend",
  pattern: "*",
  modality: "",
  meter: "",
  tiers: [{ above: "", percent: "" }],
  allowLoss: false,
});

/** A name no other has: "volume", "volume-2", … */
export function freeName(wanted: string, others: readonly { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(name)) return name;
  }
}

/** A rule that says no more than a percentage, and asks nothing: the one the form has a field of its own for. */
function isPercentOnAll(rule: MarkupRule): boolean {
  const said = Object.entries(rule).filter(([key, value]) => key !== "match" && value !== undefined);
  const asks = Object.values(rule.match).some((value) => value !== undefined);
  return (
    !asks && rule.percentBps !== undefined && said.every(([key]) => key === "id" || key === "percentBps")
  );
}

const priceDraft = ({ id, match, price, allowLoss }: FixedPrice): PriceDraft => ({
  id,
  ...matchDraft(match),
  usd: price.usd,
  per: price.per.toString(),
  allowLoss: allowLoss === true,
});

const discountDraft = ({ id, by, match, tiers, allowLoss }: VolumeDiscount): DiscountDraft => ({
  id,
  by,
  ...matchDraft(match),
  tiers: tiers.map(({ above, discountBps }) => ({ above, percent: percentOf(discountBps) })),
  allowLoss: allowLoss === true,
});

const matchDraft = (match: MarkupMatch): MatchDraft => ({
  pattern: offeringPattern(match),
  modality: match.modality ?? "",
  meter: match.meter ?? "",
});
