import { must, type Nanos, nanos, type Pools } from "@ratebook/core";
import type { LedgerOp } from "../ledger/ledger-op.ts";
import { meaningHash } from "../usage/meaning.ts";
import { type PricedUsage, unlistedPrice } from "../usage/price-draft.ts";
import type { UsageDraft } from "../usage/usage-draft.ts";
import { parkedOp, usageOp } from "../usage/usage-op.ts";

/** What is debited for a resource: its deployment, or a day of it. */
export type ResourceCharge = {
  operation: "resource-fee" | "resource-day";
  customerId: string;
  opId: string;
  /** What the operation means for ever: the resource, and the day. */
  terms: string;
  offering: string;
  pools: Pools;
  mode: "gate" | "record";
  occurredAt: Date;
  metadata: UsageDraft["metadata"];
};

/** A debit with a usage event and receipt like any other, to the revenue of infrastructure. */
export function chargeOp(charge: ResourceCharge, priced: PricedUsage): LedgerOp {
  const op = usageOp(draftOf(charge), priced);
  return op.kind === "debit" ? { ...op, contra: "revenue:infrastructure" } : op;
}

/** Keeps a day that has no price, to be rated later: what ran is never lost and never free. */
export const unpricedOp = (charge: ResourceCharge, reason: string): LedgerOp =>
  parkedOp(draftOf(charge), reason);

/** One price from the prices of a day's pieces; each keeps its lines. */
export function addPrices(pieces: readonly PricedUsage[]): PricedUsage {
  const last = must(pieces.at(-1), "a day that is priced has a piece");
  if (pieces.length === 1) return last;
  const sum = (of: (it: PricedUsage) => bigint): Nanos =>
    nanos(pieces.reduce((total, it) => total + of(it), 0n));
  return {
    ...unlistedPrice(
      pieces.flatMap(({ lines }) => lines),
      sum(({ total }) => total),
    ),
    // What versions price the day ended with; each line names its own rate.
    offering: last.offering,
    modality: last.modality,
    listCost: sum(({ listCost }) => listCost),
    ownCost: pieces.some(({ ownCost }) => ownCost === null) ? null : sum(({ ownCost }) => ownCost ?? 0n),
    catalogueVersion: last.catalogueVersion,
    policyVersion: last.policyVersion,
    contract: last.contract,
  };
}

const draftOf = ({ operation, terms, customerId, ...charge }: ResourceCharge): UsageDraft => ({
  ...charge,
  customerId,
  meaning: meaningHash({ operation, customerId, terms }),
  dimensions: {},
  billing: "platform",
  pinned: null,
  pricedAt: charge.occurredAt,
  quoteId: null,
  holdId: null,
  ending: null,
  agentId: null,
  appId: null,
  userId: null,
  keyId: null,
  refusal: null,
});
