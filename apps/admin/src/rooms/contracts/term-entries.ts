import type { ContractTerms, VolumeDiscount } from "@ratebook/core";
import { instantText } from "../../app/instant-text.ts";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { dollars, perText } from "../catalogue/unit-price.ts";
import { effectText, matchText } from "../markup/rule-text.ts";
import { meterText } from "../wallet/meter-text.ts";
import { offeringPattern } from "./offering-pattern.ts";
import { tierWords } from "./tier-words.ts";

/** One thing a contract says. */
export type TermEntry = {
  /** The same thing in another version has the same key. */
  key: string;
  part:
    | "Fixed price"
    | "Markup"
    | "Volume discount"
    | "Price lock"
    | "Credit line"
    | "Invoices"
    | "Order"
    | "Holds (UTC)"
    | "Plan";
  /** What receipts call it; null where there is only one of its kind. */
  name: string | null;
  /** It in words, a line each. */
  lines: string[];
};

/** Everything the terms of a contract say, in words, in the order in which a price is looked for. */
export function termEntries(terms: ContractTerms): TermEntry[] {
  const { prices, rules, discounts, priceLock, creditLine, invoicing } = terms;
  const one = (part: TermEntry["part"], lines: string[]): TermEntry => ({
    key: part,
    part,
    name: null,
    lines,
  });
  return [
    ...prices.map(({ id, match, price, allowLoss }) => ({
      key: `price ${id}`,
      part: "Fixed price" as const,
      name: id,
      lines: [
        `${appliesTo(match)}: ${dollars(price.usd)} per ${perText(price.per, unitOfMeter(match.meter))}`,
        ...(allowLoss === true ? ["Also below what you pay"] : []),
      ],
    })),
    ...rules.map((rule) => ({
      key: `rule ${rule.id}`,
      part: "Markup" as const,
      name: rule.id,
      lines: [`${matchText(rule.match)}: ${effectText(rule)}`],
    })),
    ...discounts.map((discount) => ({
      key: `discount ${discount.id}`,
      part: "Volume discount" as const,
      name: discount.id,
      lines: discountLines(discount),
    })),
    ...(priceLock === null
      ? []
      : [
          one("Price lock", [
            `Rates of catalogue version ${priceLock.catalogueVersion} until ${instantText(new Date(priceLock.until))}`,
            appliesTo(priceLock.match),
          ]),
        ]),
    ...(creditLine === null ? [] : [one("Credit line", [`${dollars(creditLine.amount)} a month`])]),
    ...(invoicing === null ? [] : [one("Invoices", invoiceLines(invoicing))]),
    ...orderOf(terms),
  ];
}

/** What a term applies to, in words. */
export function appliesTo(match: ContractTerms["discounts"][number]["match"]): string {
  const pattern = offeringPattern(match);
  const parts = [
    pattern === "*" ? "All models" : pattern,
    match.modality,
    match.meter === undefined ? undefined : meterText(match.meter),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

const discountLines = (discount: VolumeDiscount): string[] => [
  `${appliesTo(discount.match)}, counted by ${discount.by === "spend" ? "dollars" : "units"}`,
  ...tierWords(discount),
  ...(discount.allowLoss === true ? ["Also below what you pay"] : []),
];

const invoiceLines = ({
  netDays,
  purchaseOrder,
  email,
  note,
}: NonNullable<ContractTerms["invoicing"]>): string[] => [
  netDays === 0 ? "Due at once" : `Due in ${netDays} ${netDays === 1 ? "day" : "days"}`,
  ...(purchaseOrder === undefined ? [] : [`Purchase order ${purchaseOrder}`]),
  ...(email === undefined ? [] : [`To ${email}`]),
  ...(note === undefined ? [] : [note]),
];

/** Where two could match, the first one wins: the order is a term of its own. */
function orderOf({ prices, rules, discounts }: ContractTerms): TermEntry[] {
  const named = (what: string, list: readonly { id: string }[]): TermEntry[] =>
    list.length < 2
      ? []
      : [
          {
            key: `order ${what}`,
            part: "Order",
            name: null,
            lines: [`${what}: ${list.map(({ id }) => id).join(", then ")}`],
          },
        ];
  return [...named("Prices and markup", [...prices, ...rules]), ...named("Volume discounts", discounts)];
}
