import { type Nanos, nanos } from "../money/nanos.ts";
import { type BurnableGrant, type Burned, planBurn } from "./burn-order.ts";

/** Debt repaid from credits that are there. `amount` is 0 and `burned` empty when nothing can be repaid. */
export type Repayment = { amount: Nanos; burned: Burned[] };

/**
 * How much debt a wallet repays by itself, and from which grants:
 *
 *     min(debt, available, what is left in non-promotional grants that have not expired)
 *
 * taken from those grants in burn order. Promotional credits never repay debt, and credits that outlive their
 * expiry are there for their hold only.
 */
export function planRepayment(
  debt: Nanos,
  available: Nanos,
  grants: Iterable<BurnableGrant>,
  now: Date,
): Repayment {
  const payers = [...grants].filter(
    (grant) => grant.category !== "promotional" && (grant.expiresAt === null || grant.expiresAt > now),
  );
  const payable = payers.reduce((sum, grant) => sum + grant.remaining, 0n);
  const amount = nanos([debt, available, payable].reduce<bigint>((low, n) => (n < low ? n : low), debt));
  return { amount, burned: planBurn(payers, amount) };
}
