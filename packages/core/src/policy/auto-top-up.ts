import { lesser, type Nanos, nanos } from "../money/nanos.ts";

/** How a wallet is refilled. `amount` is what a `fixed` refill charges, or the level `recharge_to` fills up to. */
export type TopUpRule = {
  enabled: boolean;
  mode: "fixed" | "recharge_to";
  threshold: Nanos;
  amount: Nanos;
  dailyCap: Nanos;
  monthlyCap: Nanos;
};

/** What is so at the moment of deciding; days and months are UTC. */
export type TopUpFacts = {
  /** Posted, not what is available: credits in open holds are still there. */
  balance: Nanos;
  debt: Nanos;
  now: Date;
  underWay: boolean;
  hasCard: boolean;
  /** By a dispute or a fraud warning. */
  frozen: boolean;
  /** By too many declines. */
  suspended: boolean;
  retryAt: Date | null;
  /** Charged or being charged. */
  chargedToday: Nanos;
  chargedThisMonth: Nanos;
  /** The least and the most that may be bought at once. */
  purchaseMin: Nanos;
  purchaseMax: Nanos;
};

export type TopUpDecision =
  | { due: true; amount: Nanos }
  | {
      due: false;
      because:
        | "off"
        | "enough"
        | "under_way"
        | "frozen"
        | "suspended"
        | "backing_off"
        | "no_card"
        | "cap_reached";
    };

/**
 * Decides whether a wallet is refilled now, and by how much: the whole gap in one charge, in whole cents, never beyond
 * a cap. A `fixed` refill is a multiple of its amount, the least that brings balance less debt up to the threshold.
 */
export function topUpDue(rule: TopUpRule, facts: TopUpFacts): TopUpDecision {
  if (!rule.enabled) return { due: false, because: "off" };
  const net = facts.balance - facts.debt;
  if (net >= rule.threshold) return { due: false, because: "enough" };
  if (facts.underWay) return { due: false, because: "under_way" };
  if (facts.frozen) return { due: false, because: "frozen" };
  if (facts.suspended) return { due: false, because: "suspended" };
  if (facts.retryAt !== null && facts.now < facts.retryAt) return { due: false, because: "backing_off" };
  if (!facts.hasCard) return { due: false, because: "no_card" };
  const today = nanos(rule.dailyCap - facts.chargedToday);
  const thisMonth = nanos(rule.monthlyCap - facts.chargedThisMonth);
  const room = lesser(facts.purchaseMax, lesser(today, thisMonth));
  const amount =
    rule.mode === "fixed"
      ? fixedAmount(rule.threshold - net, rule.amount, room)
      : rechargeAmount(rule.amount - net, facts.purchaseMin, room);
  return amount > 0n && amount >= facts.purchaseMin
    ? { due: true, amount: nanos(amount) }
    : { due: false, because: "cap_reached" };
}

/**
 * What follows the n-th decline in a row: another try after a pause, or none until there is another card.
 *
 * @param declines this one included
 */
export function afterDecline(
  declines: number,
  now: Date,
): { suspended: true } | { suspended: false; retryAt: Date } {
  const pause = PAUSES_MS[declines - 1];
  if (pause === undefined) return { suspended: true };
  return { suspended: false, retryAt: new Date(now.getTime() + pause) };
}

/** Declines in a row after which nothing is tried until another card is saved. */
export const MOST_DECLINES = 3;

/** The caps of somebody who named none: 3 times the amount a day, 10 times a month. */
export const defaultCaps = (amount: Nanos): { daily: Nanos; monthly: Nanos } => ({
  daily: nanos(amount * 3n),
  monthly: nanos(amount * 10n),
});

function fixedAmount(gap: bigint, amount: bigint, room: bigint): bigint {
  const wanted = (gap + amount - 1n) / amount;
  const possible = room < 0n ? 0n : room / amount;
  return (wanted < possible ? wanted : possible) * amount;
}

function rechargeAmount(gap: bigint, min: bigint, room: bigint): bigint {
  const wholeCents = ((gap + NANOS_PER_CENT - 1n) / NANOS_PER_CENT) * NANOS_PER_CENT;
  const wanted = wholeCents < min ? min : wholeCents;
  const possible = room < 0n ? 0n : (room / NANOS_PER_CENT) * NANOS_PER_CENT;
  return wanted < possible ? wanted : possible;
}

/** A cent in nanos: rails charge whole cents. */
export const NANOS_PER_CENT = 10_000_000n;
/** An hour after the first decline, six after the second. */
const PAUSES_MS: readonly number[] = [3_600_000, 21_600_000];
