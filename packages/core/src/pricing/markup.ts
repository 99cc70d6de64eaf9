import { z } from "zod";
import { type Meter, MODALITIES, type Modality } from "../meter/meters.ts";
import { parseDecimal } from "../money/decimal.ts";
import { parseUsd } from "../money/format.ts";
import { compareFractions, type Fraction } from "../money/fraction.ts";
import { matchesGlob } from "./glob.ts";
import { DecimalText, MeterName } from "./price-document.ts";

/** Exact dollars for `per` units of a meter. */
export const UnitPrice = z.strictObject({ usd: DecimalText, per: z.int().positive().max(1_000_000_000) });
export type UnitPrice = z.infer<typeof UnitPrice>;

/** Name of a rule. */
export const RuleId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be a short lower-case id");
const Glob = z.string().min(1).max(200);
const Fee = DecimalText.refine((text) => parseUsd(text).ok, "must have at most 9 decimal places");

/** What a rule applies to; every key present must match. `*` in provider and model stands for any characters. */
export const MarkupMatch = z.strictObject({
  provider: Glob.optional(),
  model: Glob.optional(),
  modality: z.enum(MODALITIES).optional(),
  meter: MeterName.optional(),
});
export type MarkupMatch = z.infer<typeof MarkupMatch>;

/**
 * One rule of a policy: a percentage on the list price or a fixed sell price, a fixed fee for each request, and
 * bounds on the sell price of one unit.
 */
export const MarkupRule = z
  .strictObject({
    id: RuleId,
    match: MarkupMatch.default({}),
    /** Basis points on the list price: 2000 sells at 120 %. Never below −100 %. */
    percentBps: z.int().min(-10_000).max(10_000_000).optional(),
    /** The sell price itself, whatever the list price is. */
    price: UnitPrice.optional(),
    /** Dollars charged once for each event this rule prices a line of; the only thing a free rate costs. */
    feePerRequest: Fee.optional(),
    /** The least and the greatest sell price. */
    floor: UnitPrice.optional(),
    ceiling: UnitPrice.optional(),
    /** Lets this rule sell below the operator's own cost. */
    allowLoss: z.boolean().optional(),
    /**
     * The operator's fee where the customer's own key pays the upstream; without it the fee is this rule's
     * percentage of list (none where that is negative, or the rule has a fixed price) and its fee per request.
     */
    byok: z
      .strictObject({ percentBps: z.int().min(0).max(10_000), feePerRequest: Fee.optional() })
      .optional(),
  })
  .superRefine((rule, ctx) => {
    const issue = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
    if ((rule.percentBps === undefined) === (rule.price === undefined)) {
      issue(["percentBps"], "a rule has either percentBps or price");
    }
    for (const key of ["price", "floor", "ceiling"] as const) {
      // Dollars per token are no bound for dollars per image.
      if (rule[key] !== undefined && rule.match.meter === undefined) issue([key], "needs match.meter");
    }
    if (rule.floor && rule.ceiling && compareFractions(perUnit(rule.floor), perUnit(rule.ceiling)) > 0) {
      issue(["floor"], "must not be above the ceiling");
    }
  });
export type MarkupRule = z.infer<typeof MarkupRule>;

/** An immutable version of the operator's markup: ordered rules, the first that matches wins. */
export const MarkupPolicy = z
  .strictObject({ id: z.string().min(1).max(64), rules: z.array(MarkupRule).min(1).max(500) })
  .superRefine(({ rules }, ctx) => {
    const seen = new Set<string>();
    rules.forEach((rule, index) => {
      const repeated = seen.has(rule.id);
      if (repeated) ctx.addIssue({ code: "custom", path: ["rules", index, "id"], message: "is used twice" });
      seen.add(rule.id);
    });
    if (Object.values(rules.at(-1)?.match ?? {}).some((value) => value !== undefined)) {
      const message = "the last rule must match everything, so that every sale has a rule";
      ctx.addIssue({ code: "custom", path: ["rules", rules.length - 1, "match"], message });
    }
  });
export type MarkupPolicy = z.infer<typeof MarkupPolicy>;

/** The rule that prices a meter of an offering, and why each rule before it did not. */
export type ResolvedMarkup = {
  policyId: string;
  rule: MarkupRule;
  passedOver: readonly { ruleId: string; because: string }[];
};

/** The policy of a first start: infrastructure rates are sell prices already; everything else is list + 20 %. */
export const SHIPPED_POLICY: MarkupPolicy = {
  id: "shipped-1",
  rules: [
    { id: "infrastructure", match: { modality: "infrastructure" }, percentBps: 0 },
    { id: "standard", match: {}, percentBps: 2000 },
  ],
};

/** Finds the first rule of a policy that matches a meter of an offering, and explains the choice. */
export function resolveMarkup(
  policy: MarkupPolicy,
  offering: { provider: string; model: string; modality: Modality },
  meter: Meter,
): ResolvedMarkup {
  const passedOver: { ruleId: string; because: string }[] = [];
  for (const rule of policy.rules) {
    const because = markupMismatch(rule.match, offering, meter);
    if (because === null) return { policyId: policy.id, rule, passedOver };
    passedOver.push({ ruleId: rule.id, because });
  }
  throw new Error(`invariant broken: the last rule of markup policy ${policy.id} matches everything`);
}

/** Dollars for one unit, exactly. */
export const perUnit = (price: UnitPrice): Fraction => {
  const { num, den } = parseDecimal(price.usd);
  return { num, den: den * BigInt(price.per) };
};

/** Why a match does not fit a meter of an offering; null where it fits. */
export function markupMismatch(
  match: MarkupMatch,
  offering: { provider: string; model: string; modality: Modality },
  meter: Meter,
): string | null {
  if (match.modality !== undefined && match.modality !== offering.modality) {
    return `modality is ${offering.modality}, not ${match.modality}`;
  }
  if (match.meter !== undefined && match.meter !== meter) return `meter is ${meter}, not ${match.meter}`;
  if (match.provider !== undefined && !matchesGlob(match.provider, offering.provider)) {
    return `provider ${offering.provider} does not match ${match.provider}`;
  }
  if (match.model !== undefined && !matchesGlob(match.model, offering.model)) {
    return `model ${offering.model} does not match ${match.model}`;
  }
  return null;
}
