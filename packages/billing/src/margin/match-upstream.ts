import type { Nanos } from "@ratebook/core";

/** A model's day at a provider: what it billed us and what we recorded. */
export type UpstreamDay = {
  day: string;
  offering: string;
  /** Null: the provider's documents say nothing of it. */
  billed: Nanos | null;
  billedRequests: bigint | null;
  /** What we reckoned with: own cost where there is one, else list. */
  cost: Nanos;
  amount: Nanos;
  requests: bigint;
  /** Of the requests, those that wait for a price: they are in neither cost nor amount. */
  parked: bigint;
};

/**
 * `unrecorded`: billed to us, and we recorded nothing. `not_billed`: recorded, billed to us, and nobody paid for it.
 * `under_cost`: sold for less than the provider billed. `not_upstream`: recorded at a cost, and the provider did not bill
 * it. `differs`: billed otherwise than reckoned. `matches`: within one percent or a cent. `unpriced`: some of it waits for a
 * price, so that what it cost and what it was sold for are not known yet, and the provider bills all the same.
 */
export type UpstreamState =
  | "unrecorded"
  | "unpriced"
  | "not_billed"
  | "under_cost"
  | "not_upstream"
  | "differs"
  | "matches";

/** States in which money is lost, or is until somebody acts. */
export const LEAKS: ReadonlySet<UpstreamState> = new Set([
  "unrecorded",
  "unpriced",
  "not_billed",
  "under_cost",
]);

/** What became of a model's day, the worst first. */
export function upstreamState({ billed, cost, amount, requests, parked }: UpstreamDay): UpstreamState {
  if (parked > 0n) return "unpriced";
  if (billed === null) return cost > 0n ? "not_upstream" : "matches";
  if (billed > 0n && requests === 0n && amount === 0n) return "unrecorded";
  if (billed > 0n && amount <= 0n) return "not_billed";
  if (amount < billed) return "under_cost";
  const difference = billed > cost ? billed - cost : cost - billed;
  return difference <= CENT || difference * 100n <= cost ? "matches" : "differs";
}

const CENT = 10_000_000n;
