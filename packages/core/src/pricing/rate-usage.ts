import type { Meter } from "../meter/meters.ts";
import { type Pools, totalInputTokens } from "../meter/pools.ts";
import { type Quantity, quantity, wholeQuantity } from "../meter/quantity.ts";
import { parseUsd } from "../money/format.ts";
import type { Fraction } from "../money/fraction.ts";
import { type Nanos, nanos } from "../money/nanos.ts";
import { roundHalfEven } from "../money/rounding.ts";
import { err, ok, type Result } from "../result.ts";
import type { CompiledMeter, CompiledOffering, CompiledRate } from "./compile-offering.ts";
import type { RequestFacts } from "./conditions.ts";
import type { MarkupRule, ResolvedMarkup } from "./markup.ts";
import type { Dimensions } from "./price-document.ts";
import type { BillingMode, FeeLine, RatedLine, RatedUsage, Unrated, UsageLine } from "./rated-usage.ts";
import { type Selection, type SelectionFailure, selectRate } from "./select-rate.ts";

/** One event, as far as its price depends on it. */
export type UsageToRate = {
  pools: Pools;
  dimensions?: Dimensions | undefined;
  /** When it happened; time-of-day windows look at it. */
  at: Date;
  /** Default: the platform pays the upstream. */
  billing?: BillingMode | undefined;
  /** "allow" prices an offering that is not sold here, for previews. */
  unlisted?: "refuse" | "allow" | undefined;
};

/**
 * Prices one event, exactly: each line is quantity × price × markup as one fraction, rounded once, half-even,
 * to nanos; the total is the sum of the lines. The same event and rates always give the same lines.
 *
 * An event is one request: where the offering has a rate for `request` and the event counts none, one is billed.
 * With `billing: "byok"` the total is the operator's fee alone, and the list cost is shown but is no own cost.
 * Fails as a whole when any pool has no price; nothing is left out of a bill silently.
 */
export function rateUsage(compiled: CompiledOffering, usage: UsageToRate): Result<RatedUsage, Unrated> {
  const { offering } = compiled;
  if (!offering.listed && usage.unlisted !== "allow") {
    return unrated("not_listed", `${offering.offering} is not sold here`);
  }
  const billing = usage.billing ?? "platform";
  if (billing === "byok" && offering.modality === "infrastructure") {
    return unrated(
      "unpriced_meter",
      `${offering.offering} is the operator's own; no customer key pays for it`,
    );
  }
  const facts: RequestFacts = {
    dimensions: usage.dimensions ?? NO_DIMENSIONS,
    totalInputTokens: totalInputTokens(usage.pools),
    at: usage.at,
  };
  const lines: RatedLine[] = [];
  let total = 0n;
  let upstream = 0n;
  let ownCost = 0n;
  for (const [meter, used] of withRequest(compiled, usage.pools)) {
    if (used === 0n) continue;
    const line = rateLine(compiled, meter, used, facts, billing);
    if (!line.ok) return line;
    lines.push(line.value);
    total += line.value.amount;
    upstream += line.value.upstream;
    ownCost += line.value.ownCost;
  }
  for (const fee of feeLines(lines, billing)) {
    lines.push(fee);
    total += fee.amount;
  }
  return ok({
    offering: offering.offering,
    policyId: compiled.policyId,
    billing,
    totalInputTokens: facts.totalInputTokens,
    lines,
    total: nanos(total),
    upstream: nanos(upstream),
    ownCost: nanos(ownCost),
  });
}

/** The failure for a name the catalogue has never had an offering of. */
export const unknownOffering = (offering: string): Unrated =>
  unrated("unknown_offering", `the catalogue knows no offering ${offering}`).error;

/** The failure for an offering that had no price in force when the event happened: a price never reaches back. */
export const noPriceThen = (offering: string, at: Date): Unrated =>
  unrated("unknown_offering", `no price of ${offering} was in force at ${at.toISOString()}`).error;

/**
 * What a quantity costs at a price for one unit, rounded half-even to nanos.
 *
 * A quantity is in billionths of a unit and a nano is a billionth of a dollar, so the two scales cancel.
 */
export const amountOf = (billed: Quantity, perUnit: Fraction): Nanos =>
  nanos(roundHalfEven({ num: billed * perUnit.num, den: perUnit.den }));

function rateLine(
  compiled: CompiledOffering,
  meter: Meter,
  used: Quantity,
  facts: RequestFacts,
  billing: BillingMode,
): Result<UsageLine, Unrated> {
  const pool = compiled.meters.get(meter);
  if (pool === undefined) {
    return unrated("unpriced_meter", `${compiled.offering.offering} has no rate for ${meter}`, meter);
  }
  const selected = select(pool, facts);
  if (!selected.ok) return unrated("unpriced_meter", explain(compiled, meter, pool, selected.error), meter);
  const { winner, ties } = selected.value;
  if (!winner.billable) {
    const detail = `${compiled.offering.offering} has the price 0 for ${meter} and is not marked free`;
    return unrated("unpriced_meter", detail, meter);
  }
  const billed = winner.terms === null ? used : billedQuantity(used, winner.terms);
  const sell = billing === "byok" ? winner.byok : winner.sell;
  const upstream = amountOf(billed, winner.listPerUnit);
  return ok({
    kind: "usage",
    meter,
    ratedAs: pool.ratedAs,
    quantity: used,
    billedQuantity: billed,
    rate: winner.rate,
    ties: ties.length === 0 ? NO_TIES : ties.map(({ rate }) => rate),
    markup: pool.markup,
    sell,
    upstream,
    ownCost: ownCostOf(winner, billed, upstream, billing),
    amount: amountOf(billed, sell.perUnit),
  });
}

function select(pool: CompiledMeter, facts: RequestFacts): Result<Selection<CompiledRate>, SelectionFailure> {
  // Most meters have one rate without conditions; every request matches it unless it asks for priority.
  if (pool.only !== null && facts.dimensions.service_tier !== "priority") {
    return ok({ winner: pool.only, ties: [] });
  }
  return selectRate(pool.rates, facts, pool.tierIrrelevant);
}

function ownCostOf(rate: CompiledRate, billed: Quantity, upstream: Nanos, billing: BillingMode): Nanos {
  if (billing === "byok") return nanos(0n);
  return rate.ownCostPerUnit === rate.listPerUnit ? upstream : amountOf(billed, rate.ownCostPerUnit);
}

/** `included` comes off first; what is left is at least `minimum` and a multiple of `increment`. */
function billedQuantity(used: Quantity, terms: NonNullable<CompiledRate["terms"]>): Quantity {
  if (used <= terms.included) return quantity(0n);
  let billed = used - terms.included;
  if (billed < terms.minimum) billed = terms.minimum;
  if (terms.increment === 0n) return quantity(billed);
  return quantity(((billed + terms.increment - 1n) / terms.increment) * terms.increment);
}

function withRequest({ meters }: CompiledOffering, pools: Pools): Iterable<readonly [Meter, Quantity]> {
  if (!meters.has("request") || pools.has("request") || pools.size === 0) return pools;
  return [...pools, ["request", wholeQuantity(1n)] as const];
}

/** One line for each rule with a fee that priced a line. */
function feeLines(lines: readonly RatedLine[], billing: BillingMode): FeeLine[] {
  const charged = new Map<string, FeeLine>();
  for (const { markup } of lines) {
    const fee = feeOf(markup.rule, billing);
    if (fee !== undefined && !charged.has(markup.rule.id)) charged.set(markup.rule.id, feeLine(markup, fee));
  }
  return [...charged.values()];
}

const feeOf = (rule: MarkupRule, billing: BillingMode): string | undefined =>
  billing === "byok" && rule.byok !== undefined ? rule.byok.feePerRequest : rule.feePerRequest;

function feeLine(markup: ResolvedMarkup, fee: string): FeeLine {
  const amount = parseUsd(fee);
  if (!amount.ok) throw new Error(`invariant broken: markup rule ${markup.rule.id} has the fee ${fee}`);
  return { kind: "fee", markup, amount: amount.value };
}

function explain(
  { offering }: CompiledOffering,
  meter: Meter,
  { rates }: CompiledMeter,
  failure: SelectionFailure,
): string {
  if (failure.kind === "no_match") {
    const conditions = rates.map(({ key }) => key).sort();
    return `no rate of ${offering.offering} for ${meter} matches the request; there are rates for ${conditions.join(", ")}`;
  }
  const known = failure.known.length === 0 ? "no value of it" : failure.known.join(", ");
  return `${offering.offering} has no rate for ${meter} with ${failure.key} ${failure.value}; it prices ${known}`;
}

const unrated = (reason: Unrated["reason"], detail: string, meter?: Meter): { ok: false; error: Unrated } =>
  err({ kind: "unrated", reason, ...(meter !== undefined && { meter }), detail });

const NO_DIMENSIONS: Dimensions = {};
const NO_TIES: UsageLine["ties"] = [];
