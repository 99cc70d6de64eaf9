import { type Nanos, nanos } from "../money/nanos.ts";
import { type BurnableGrant, type Burned, burnOrder } from "./burn-order.ts";

/** An open hold as far as it keeps credits from expiring. */
export type CoveringHold = { amount: Nanos; placedAt: Date };

/**
 * What expired grants forfeit at an instant: everything but what open holds placed before the expiry still cover.
 *
 * A hold covers the credits it would burn. So, walking the grants in burn order, a grant that expired keeps
 *
 *     min(remaining, max(0, holds placed before its expiry − credits of the grants ahead of it))
 *
 * and forfeits the rest, but never more than `available` (balance − held), because holds placed later were
 * promised credits too. Grants without a forfeit are left out. Doing it twice forfeits nothing more.
 */
export function planForfeits(
  grants: Iterable<BurnableGrant>,
  holds: readonly CoveringHold[],
  available: Nanos,
  now: Date,
): Burned[] {
  const forfeits: Burned[] = [];
  let ahead = 0n;
  let free: bigint = available;
  for (const grant of burnOrder(grants)) {
    let left: bigint = grant.remaining;
    if (grant.expiresAt !== null && grant.expiresAt <= now) {
      const amount = least(left - between(coverOf(holds, grant.expiresAt) - ahead, left), free);
      if (amount > 0n) forfeits.push({ grantId: grant.grantId, amount: nanos(amount) });
      left -= amount;
      free -= amount;
    }
    ahead += left;
  }
  return forfeits;
}

const coverOf = (holds: readonly CoveringHold[], expiresAt: Date): bigint =>
  holds.filter((hold) => hold.placedAt < expiresAt).reduce((sum, hold) => sum + hold.amount, 0n);

const least = (a: bigint, b: bigint): bigint => (b < a ? b : a);
const between = (value: bigint, most: bigint): bigint => (value < 0n ? 0n : least(value, most));
