import { type Conditions, conditionsKey, type Rate, type RatedOffering } from "@ratebook/core";
import type { StoredOffering } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";

/**
 * An offering with one rate, as a price change that is not in force would make it, and that rate as it is now; `at` is null
 * until somebody decides it.
 */
export type ComingRate = { at: Date | null; before: Rate; offering: RatedOffering };

/** Price changes of offerings that the guard holds or that are scheduled, at most 1,000. */
export async function readComingRates(
  { sql }: Pick<Ctx, "sql">,
  offerings: readonly StoredOffering[],
): Promise<ComingRate[]> {
  const rows = await sql<
    { offering: string; meter: string; when: Conditions; usd: string; per: bigint; at: Date | null }[]
  >`
    select offering, meter, conditions as when, trim_scale(new_usd)::text as usd, new_per as per, activate_at as at
    from ratebook.proposal
    where state in ('held', 'scheduled') and new_usd > 0 and new_per is not null order by created_at, id limit 1000`;
  const known = new Map(offerings.map((offering) => [offering.offering, offering]));
  return rows.flatMap(({ offering: name, meter, when, usd, per, at }) => {
    const offering = known.get(name);
    const before = offering?.rates.find(
      (rate) => rate.meter === meter && conditionsKey(rate.when) === conditionsKey(when),
    );
    if (offering === undefined || before === undefined) return [];
    return [{ at, before, offering: { ...offering, rates: [{ ...before, usd, per }] } }];
  });
}

/** Conditions of a rate behind its meter, where it has some. */
export const conditionsOf = ({ when }: Pick<Rate, "when">): string => {
  const key = conditionsKey(when);
  return key === "" ? "" : ` (${key})`;
};
