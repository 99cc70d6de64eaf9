import { err, type MarkupRule, type Meter, ok, type Result, resolveMarkup } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { draftPolicy } from "./draft-policy.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { type ShownRate, shownRate } from "./priced-rates.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";
import type { OfferingNotFound } from "./set-listed.ts";

/** Which rule prices a meter, and why no other does. */
export type SimulatedMeter = {
  meter: Meter;
  rule: MarkupRule;
  /** The rules before it, each with what of it did not match. */
  passedOver: readonly { ruleId: string; because: string }[];
  /** The rules after it, which are never asked. */
  notReached: string[];
  /** The meter's rates in force with the sell price the rule makes. */
  rates: ShownRate[];
};

export type MarkupSimulation = {
  offering: string;
  /** Version of the rules; null for a draft. */
  policyVersion: number | null;
  meters: SimulatedMeter[];
};

/**
 * Explains which markup rule wins for the meters of an offering, under the rules in force or a draft; for operators.
 *
 * @param input.meter only this one, whether it has a rate or not
 * @param input.rules a draft, checked in full; default the rules in force
 */
export async function simulateMarkup(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor,
  input: { offering: string; meter?: Meter | undefined; rules?: readonly unknown[] | undefined },
): Promise<
  Result<
    MarkupSimulation,
    CatalogAccessDenied | OfferingNotFound | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { catalogue } = ctx;
  const draft = input.rules === undefined ? null : draftPolicy(input.rules);
  if (draft !== null && !draft.ok) return draft;
  const policy = draft?.value ?? catalogue.policy();
  const id = catalogue.resolve(input.offering);
  const info = id === null ? null : catalogue.describe(id);
  if (info === null) return err({ kind: "offering_not_found", offering: input.offering });
  const priced = await catalogue.at(info.offering, ctx.clock());
  const ids = priced?.offering.rates.map(({ rateId }) => rateId) ?? [];
  const stored = await ctx.sql<StoredRate[]>`
    select ${rateColumns(ctx.sql)} from ratebook.rate where rate_id = any(${ids}::uuid[]) order by condition_key`;
  const meters =
    input.meter === undefined
      ? [...new Set(priced?.offering.rates.map(({ meter }) => meter))]
      : [input.meter];
  return ok({
    offering: info.offering,
    policyVersion: draft === null ? catalogue.current().policyVersion : null,
    meters: meters.map((meter): SimulatedMeter => {
      const { rule, passedOver } = resolveMarkup(policy, info, meter);
      const position = policy.rules.findIndex(({ id: ruleId }) => ruleId === rule.id);
      return {
        meter,
        rule,
        passedOver,
        notReached: policy.rules.slice(position + 1).map(({ id: ruleId }) => ruleId),
        rates: stored.filter((rate) => rate.meter === meter).map((rate) => shownRate(catalogue, rate, rule)),
      };
    }),
  });
}
