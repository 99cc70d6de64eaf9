import { formatQuantity, type Pools, ZERO_NANOS } from "@ratebook/core";
import type { LedgerOp, UsageEventDraft } from "../ledger/ledger-op.ts";
import { type PricedUsage, unlistedPrice } from "./price-draft.ts";
import { asLineJson } from "./stored-line.ts";
import type { UsageDraft } from "./usage-draft.ts";

/** The operation that takes what an event costs: a debit, or the settle of its hold. */
export function usageOp(draft: UsageDraft, priced: PricedUsage): LedgerOp {
  const op = {
    account: draft.customerId,
    opId: draft.opId,
    meaningHash: draft.meaning,
    amount: priced.total,
    usageEvent: eventOf(draft, priced, null),
    ...(priced.modality === "infrastructure" && { contra: "revenue:infrastructure" as const }),
  };
  return draft.holdId === null
    ? { ...op, kind: "debit", mode: draft.mode }
    : { ...op, kind: "settle", ref: draft.holdId };
}

/** The operation that keeps an event without a price, to be rated later. */
export const parkedOp = (draft: UsageDraft, reason: string): LedgerOp => ({
  kind: "parked",
  account: draft.customerId,
  opId: draft.opId,
  meaningHash: draft.meaning,
  usageEvent: eventOf(draft, NOTHING_DUE, reason),
});

/** An operation that posts nothing new: it makes the ledger tell the first answer of an id that is known to be used. */
export const replayOp = (draft: UsageDraft): LedgerOp => usageOp(draft, NOTHING_DUE);

/** Pools as an event stores them: decimal text by meter. */
export const poolsJson = (pools: Pools): { [meter: string]: string } =>
  Object.fromEntries(Array.from(pools, ([meter, used]) => [meter, formatQuantity(used)]));

function eventOf(draft: UsageDraft, priced: PricedUsage, parkReason: string | null): UsageEventDraft {
  const offering = priced.offering ?? draft.offering;
  const slash = offering?.indexOf("/") ?? -1;
  return {
    offering,
    provider: slash > 0 ? (offering?.slice(0, slash) ?? null) : null,
    model: slash > 0 ? (offering?.slice(slash + 1) ?? null) : offering,
    pools: poolsJson(draft.pools),
    dimensions: definedOf(draft.dimensions),
    lines: asLineJson(priced.lines),
    listCost: priced.listCost,
    ownCost: priced.ownCost,
    amount: priced.total,
    catalogueVersion: priced.catalogueVersion,
    policyVersion: priced.policyVersion,
    contract: priced.contract,
    agentId: draft.agentId,
    appId: draft.appId,
    keyId: draft.keyId,
    userId: draft.userId,
    billing: draft.billing,
    state: parkReason === null ? "rated" : "parked",
    parkReason,
    outcome: draft.ending?.outcome ?? null,
    quoteId: draft.quoteId,
    metadata: draft.metadata,
    occurredAt: draft.occurredAt,
  };
}

function definedOf(dimensions: UsageDraft["dimensions"]): { [name: string]: string | number | boolean } {
  const named: { [name: string]: string | number | boolean } = {};
  for (const [name, value] of Object.entries(dimensions)) if (value !== undefined) named[name] = value;
  return named;
}

const NOTHING_DUE = unlistedPrice([], ZERO_NANOS);
