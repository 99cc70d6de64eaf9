import { parseDecimal } from "../money/decimal.ts";
import { compareFractions, type Fraction } from "../money/fraction.ts";
import { type MarkupRule, perUnit, type UnitPrice } from "./markup.ts";
import type { Rate } from "./rate.ts";
import type { BillingMode } from "./rated-usage.ts";

/** What one unit is sold for, and what made it so. */
export type SellPrice = {
  /** Dollars for one unit, exact, in lowest terms. */
  perUnit: Fraction;
  /** `own_cost`: the rule came out below what the operator pays and does not allow a loss. */
  decidedBy: "percent" | "price" | "floor" | "ceiling" | "own_cost" | "free" | "byok";
};

/** The parts of a rate its sell price depends on. */
export type PricedRate = Pick<Rate, "usd" | "per" | "free" | "ownCost">;

/** The list price of one unit in dollars. */
export const listPerUnit = (rate: Pick<Rate, "usd" | "per">): Fraction => over(rate.usd, rate.per);

/** What the operator pays for one unit: the stated own cost, else the list price (nothing where it is free). */
export const ownCostPerUnit = (rate: PricedRate): Fraction =>
  rate.ownCost === null ? (rate.free ? ZERO : listPerUnit(rate)) : over(rate.ownCost, rate.per);

/**
 * The exact price one unit is sold for under a rule.
 *
 * A free rate stays 0. With the customer's own key the price is the operator's fee alone. Otherwise: the rule's
 * price or percentage, raised to its floor, cut at its ceiling, and never below own cost unless the rule allows
 * a loss; so a percentage below zero sells below list only where the own cost is lower too.
 */
export function sellPrice(rate: PricedRate, rule: MarkupRule, billing: BillingMode): SellPrice {
  if (rate.free) return { perUnit: ZERO, decidedBy: "free" };
  if (billing === "byok") return { perUnit: reduce(byokFee(rate, rule)), decidedBy: "byok" };
  const bounded = withinBounds(rate, rule);
  const cost = ownCostPerUnit(rate);
  return rule.allowLoss !== true && compareFractions(bounded.perUnit, cost) < 0
    ? { perUnit: reduce(cost), decidedBy: "own_cost" }
    : { ...bounded, perUnit: reduce(bounded.perUnit) };
}

/** The fraction in lowest terms; a price is multiplied a million times, so its parts are kept short. */
export function reduce({ num, den }: Fraction): Fraction {
  let a = num;
  let b = den;
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? ZERO : { num: num / a, den: den / a };
}

function withinBounds(rate: PricedRate, rule: MarkupRule): SellPrice {
  const start: SellPrice =
    rule.price === undefined
      ? { perUnit: percentOf(rate, 10_000 + (rule.percentBps ?? 0)), decidedBy: "percent" }
      : { perUnit: perUnit(rule.price), decidedBy: "price" };
  if (isBeyond(rule.floor, start, -1)) return { perUnit: perUnit(rule.floor), decidedBy: "floor" };
  if (isBeyond(rule.ceiling, start, 1)) return { perUnit: perUnit(rule.ceiling), decidedBy: "ceiling" };
  return start;
}

const isBeyond = (bound: UnitPrice | undefined, price: SellPrice, side: -1 | 1): bound is UnitPrice =>
  bound !== undefined && compareFractions(price.perUnit, perUnit(bound)) === side;

const byokFee = (rate: PricedRate, rule: MarkupRule): Fraction =>
  percentOf(rate, rule.byok?.percentBps ?? Math.max(rule.percentBps ?? 0, 0));

function percentOf(rate: PricedRate, bps: number): Fraction {
  const { num, den } = listPerUnit(rate);
  return { num: num * BigInt(bps), den: den * 10_000n };
}

function over(usd: string, per: bigint): Fraction {
  const { num, den } = parseDecimal(usd);
  return { num, den: den * per };
}

const ZERO: Fraction = { num: 0n, den: 1n };
