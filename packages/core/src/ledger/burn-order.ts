import { type Nanos, nanos, ZERO_NANOS } from "../money/nanos.ts";
import { must } from "../result.ts";

/** `credit_line` burns last; only `promotional` credits never repay debt. */
export const GRANT_CATEGORIES = ["purchased", "promotional", "credit_line"] as const;
export type GrantCategory = (typeof GRANT_CATEGORIES)[number];

/** What the order of burning looks at. */
export type BurnRank = {
  category: GrantCategory;
  /** Lower burns first. */
  priority: number;
  /** Half-open: the credits cannot be granted to anything new at this instant. Null: never. */
  expiresAt: Date | null;
  /** Of the entry that granted it; its age. */
  seq: bigint;
};

/** A grant as far as its credits are concerned. */
export type BurnableGrant = BurnRank & { grantId: string; remaining: Nanos };

/** Credits taken from one grant. */
export type Burned = { grantId: string; amount: Nanos };

/**
 * Compares two grants: the one that burns first comes first.
 *
 * Credit lines last whatever their priority; then priority, then the earlier expiry (never is latest), then
 * promotional before purchased, then the older one. Total: two grants of a wallet never compare equal.
 */
export function compareBurnOrder(a: BurnRank, b: BurnRank): number {
  return (
    Number(a.category === "credit_line") - Number(b.category === "credit_line") ||
    a.priority - b.priority ||
    compareExpiry(a.expiresAt, b.expiresAt) ||
    Number(a.category !== "promotional") - Number(b.category !== "promotional") ||
    (a.seq < b.seq ? -1 : Number(a.seq > b.seq))
  );
}

/** The grants in the order their credits burn. */
export const burnOrder = <T extends BurnRank>(grants: Iterable<T>): T[] => [...grants].sort(compareBurnOrder);

/**
 * Which grants pay `amount`, in burn order. Credits kept past their expiry for a hold burn like the others.
 *
 * Throws when the grants do not hold that much: the caller checks available credits first.
 */
export function planBurn(grants: Iterable<BurnableGrant>, amount: Nanos): Burned[] {
  let left: bigint = amount;
  const burned: Burned[] = [];
  for (const grant of burnOrder(grants)) {
    const take = grant.remaining < left ? grant.remaining : nanos(left);
    if (take === ZERO_NANOS) continue;
    burned.push({ grantId: grant.grantId, amount: take });
    left -= take;
  }
  must(left === 0n ? burned : null, `grants cover ${amount} nanos`);
  return burned;
}

const compareExpiry = (a: Date | null, b: Date | null): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : a.getTime() - b.getTime();
