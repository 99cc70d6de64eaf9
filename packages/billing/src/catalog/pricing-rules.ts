import { type AuthorityOrders, canonicalProvider, conditionsKey } from "@ratebook/core";
import { z } from "zod";
import type { Query } from "./publication.ts";

/** What the operator decided about whose word prices what; the active rates follow from it and the claims. */
export type PricingRules = {
  /** The operator's own order of sources, by provider. */
  orders: AuthorityOrders;
  /** Meters priced by an override, as `meterKey` writes them. */
  overridden: ReadonlySet<string>;
  /** Offerings taken out of service by hand. */
  retired: ReadonlySet<string>;
  /** What the operator pays beside the list price, by `ownCostKey`, in force now. */
  ownCosts: ReadonlyMap<string, { usd: string; per: bigint }>;
};

/** Orders of sources by provider, as they are stored; `version` grows with every change. */
export const AuthoritySetting = z.strictObject({
  version: z.int().nonnegative(),
  providers: z.record(
    z.string().max(64),
    z.strictObject({ first: z.array(z.string()).max(50), witnesses: z.array(z.string()).max(50) }),
  ),
});
export type AuthoritySetting = z.infer<typeof AuthoritySetting>;

/** One meter of one offering, as text; ids hold no white space. */
export const meterKey = ({ offering, meter }: { offering: string; meter: string }): string =>
  `${offering} ${meter}`;

/** One price point, without the start of validity, as text. */
export const ownCostKey = (rate: {
  offering: string;
  meter: string;
  when: Parameters<typeof conditionsKey>[0];
}): string => `${rate.offering} ${rate.meter} ${conditionsKey(rate.when)}`;

/** The operator's order of sources: the stored one, else none, version 0. */
export async function readAuthoritySetting(sql: Query): Promise<AuthoritySetting> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = ${AUTHORITY_SETTING}`;
  return row === undefined ? { version: 0, providers: {} } : AuthoritySetting.parse(row.value);
}

/** A stored order as core takes it. */
export const authorityOrders = ({ providers }: Pick<AuthoritySetting, "providers">): AuthorityOrders =>
  new Map(Object.entries(providers).map(([provider, order]) => [canonicalProvider(provider), order]));

/** The operator's decisions about some offerings, as they stand at an instant. */
export async function readPricingRules(
  sql: Query,
  offerings: readonly string[],
  now: Date,
): Promise<PricingRules> {
  const overridden = await sql<{ offering: string; meter: string }[]>`
    select offering, meter from ratebook.price_override where offering = any(${offerings})`;
  const retired = await sql<{ offering: string }[]>`
    select offering from ratebook.offering where offering = any(${offerings}) and retired_at is not null`;
  const ownCosts = await sql<{ key: string; usd: string; per: bigint }[]>`
    select distinct on (offering, meter, condition_key) offering || ' ' || meter || ' ' || condition_key as key,
      trim_scale(usd)::text as usd, per
    from ratebook.own_cost
    where offering = any(${offerings}) and valid_from <= ${now} and (valid_until is null or valid_until > ${now})
    order by offering, meter, condition_key, valid_from desc`;
  return {
    orders: authorityOrders(await readAuthoritySetting(sql)),
    overridden: new Set(overridden.map(meterKey)),
    retired: new Set(retired.map(({ offering }) => offering)),
    ownCosts: new Map(ownCosts.map(({ key, ...cost }) => [key, cost])),
  };
}

/** Where nobody decided anything. */
export const NO_RULES: PricingRules = {
  orders: new Map(),
  overridden: new Set(),
  retired: new Set(),
  ownCosts: new Map(),
};

/** Name of the setting that holds the order. */
export const AUTHORITY_SETTING = "authority_order";

/** Source of the claims that overrides put in the place of everybody else's. */
export const OVERRIDE_SOURCE = "override";
