import { z } from "zod";
import { parseUsd } from "../money/format.ts";
import { MarkupMatch, type MarkupPolicy, MarkupRule, RuleId, UnitPrice } from "./markup.ts";
import { DecimalText, MeterName } from "./price-document.ts";
import { VolumeDiscount } from "./volume-discount.ts";

/** A price agreed for one meter of an offering, or of every offering a pattern names; under every condition. */
export const FixedPrice = z.strictObject({
  id: RuleId,
  match: MarkupMatch.extend({ meter: MeterName }),
  price: UnitPrice,
  /** Keeps the price where the operator's own cost rises above it; without it such usage is sold at own cost. */
  allowLoss: z.boolean().optional(),
});
export type FixedPrice = z.infer<typeof FixedPrice>;

/** Rates stay those of a catalogue version until an instant, whatever upstreams do. Markup is applied to them. */
export const PriceLock = z.strictObject({
  catalogueVersion: z.int().positive(),
  /** Half-open. */
  until: z.iso.datetime({ offset: true }),
  match: MarkupMatch.omit({ meter: true }).default({}),
  /** Said out loud, because a lock is a promise that an upstream increase turns into a loss. */
  allowLoss: z.literal(true, "must be true: an upstream increase turns a price lock into a loss"),
});
export type PriceLock = z.infer<typeof PriceLock>;

const Amount = DecimalText.refine((text) => {
  const usd = parseUsd(text);
  return usd.ok && usd.value > 0n;
}, "must be more than 0, with at most 9 decimal places");

/** What a customer agreed with the operator; all parts are optional. */
export const ContractTerms = z
  .strictObject({
    prices: z.array(FixedPrice).max(500).default([]),
    /** Markup of this customer; the operator's own policy decides what no rule here matches. */
    rules: z.array(MarkupRule).max(200).default([]),
    discounts: z.array(VolumeDiscount).max(10).default([]),
    priceLock: PriceLock.nullable().default(null),
    /** Credits that come again on the first of each UTC month, burn last and are settled by that month's invoice. */
    creditLine: z.strictObject({ amount: Amount }).nullable().default(null),
    /** How the operator's invoices to this customer are written. */
    invoicing: z
      .strictObject({
        netDays: z.int().min(0).max(180),
        purchaseOrder: z.string().max(100).optional(),
        email: z.email().max(200).optional(),
        note: z.string().max(500).optional(),
      })
      .nullable()
      .default(null),
  })
  .superRefine((terms, ctx) => {
    const seen = new Set<string>();
    for (const part of ["prices", "rules"] as const) {
      terms[part].forEach(({ id }, index) => {
        if (seen.has(id))
          ctx.addIssue({ code: "custom", path: [part, index, "id"], message: "is used twice" });
        seen.add(id);
      });
    }
    const counts = new Set<string>();
    terms.discounts.forEach(({ id }, index) => {
      if (counts.has(id)) {
        ctx.addIssue({ code: "custom", path: ["discounts", index, "id"], message: "is used twice" });
      }
      counts.add(id);
    });
  });
export type ContractTerms = z.infer<typeof ContractTerms>;

/**
 * The markup rules of a customer with a contract: agreed prices, then the contract's rules, then the operator's policy;
 * the first that matches wins. Rules of the contract are named `contract:<id>`, which no rule of a policy can be.
 */
export const policyUnder = (policy: MarkupPolicy, contract: string, terms: ContractTerms): MarkupPolicy => ({
  id: `${policy.id}+${contract}`,
  rules: [...contractRules(terms), ...policy.rules],
});

/** The rules a contract puts before the operator's, as receipts name them. */
export const contractRules = ({ prices, rules }: Pick<ContractTerms, "prices" | "rules">): MarkupRule[] =>
  [...prices, ...rules].map((rule) => ({ ...rule, id: `${CONTRACT_RULE}${rule.id}` }));

/** What names of a contract's rules begin with. */
export const CONTRACT_RULE = "contract:";
