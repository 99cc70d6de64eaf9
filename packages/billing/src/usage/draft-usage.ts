import { err, ok, type Pools, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { PinnedVersions } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import type { FoundHold } from "./find-holds.ts";
import { meaningHash } from "./meaning.ts";
import { meterUsage } from "./meter-usage.ts";
import { occurredAtRefusal } from "./occurred-at.ts";
import { type QuotePromise, readQuote } from "./quote-token.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { InvalidField, RecordUsageError } from "./usage-error.ts";
import { offeringName, type UsageReport } from "./usage-report.ts";

/** Who reports, for whom, and when it is now. */
export type Reporter = { actor: Actor; customerId: string; now: Date };

/**
 * Turns a report into a draft: its pools, its id, what it means, and the versions a quote or hold pins.
 *
 * Fails only where the report says nothing that could have been recorded before: no offering, or usage that cannot be
 * metered. What may change between attempts (dates, quotes) becomes the draft's `refusal`.
 */
export function draftUsage(
  ctx: Ctx,
  { actor, customerId, now }: Reporter,
  report: UsageReport,
  hold: FoundHold | undefined,
): Result<UsageDraft, InvalidField> {
  const offering = offeringName(report) ?? hold?.offering ?? null;
  if (offering === null) return err(NO_OFFERING);
  const metered = meterUsage(ctx, report, offering);
  if (!metered.ok) return metered;
  const pools = metered.value;
  const billing = report.billing ?? "platform";
  const dimensions = { ...hold?.dimensions, ...report.dimensions };
  const occurredAt = report.occurredAt ?? now;
  const named = { customerId, offering: offeringName(report), pools, dimensions: report.dimensions, billing };
  const quoted = promiseOf(ctx, report.quoteId, { ...named, dimensions }, now);
  const draft: UsageDraft = {
    customerId,
    opId: opId("usage", report.idempotencyKey),
    meaning: meaningHash({
      operation: "usage",
      ...named,
      quoteId: report.quoteId,
      holdId: report.holdId,
    }),
    offering,
    pools,
    dimensions,
    billing,
    mode: report.mode ?? "record",
    occurredAt,
    pinned: pinnedBy(quoted, hold),
    pricedAt: quoted?.ok ? quoted.value.at : occurredAt,
    quoteId: quoted?.ok ? quoted.value.id : null,
    holdId: report.holdId ?? null,
    ending: null,
    ...namesOf(report, hold),
    keyId: keyOf(actor),
    metadata: report.metadata ?? {},
    platformAmount: report.platformAmount,
    refusal: occurredAtRefusal(occurredAt, now, actor) ?? (quoted?.ok === false ? quoted.error : null),
  };
  return ok(draft);
}

/** What a quote is bound to: a debit that names it has to be priced for exactly this. */
export const quoteMeaning = (bound: {
  customerId: string;
  offering: string | null;
  pools: Pools;
  dimensions: UsageDraft["dimensions"] | undefined;
  billing: UsageDraft["billing"];
}): string => meaningHash({ operation: "quote", ...bound });

/** Agent, app and person of an event: its own, else the ones its hold was placed for. */
export const namesOf = (
  report: { agentId?: string | undefined; appId?: string | undefined; userId?: string | undefined },
  hold: FoundHold | undefined,
): Pick<UsageDraft, "agentId" | "appId" | "userId"> => ({
  agentId: report.agentId ?? hold?.agentId ?? null,
  appId: report.appId ?? hold?.appId ?? null,
  userId: report.userId ?? hold?.userId ?? null,
});

/** The credential an event came with. */
export const keyOf = (actor: Actor): string | null => ("keyId" in actor ? actor.keyId : null);

function promiseOf(
  ctx: Pick<Ctx, "secret">,
  quoteId: string | undefined,
  bound: Parameters<typeof quoteMeaning>[0],
  now: Date,
): Result<QuotePromise, RecordUsageError> | null {
  if (quoteId === undefined) return null;
  const promise = readQuote(quoteId, ctx.secret);
  if (!promise.ok) return promise;
  if (promise.value.customerId !== bound.customerId || promise.value.meaningHash !== quoteMeaning(bound)) {
    return unusable("mismatch", "This quote was given for another customer, offering or quantities.");
  }
  if (promise.value.expiresAt <= now) return unusable("expired", "This quote has expired.");
  return promise;
}

function pinnedBy(
  quoted: Result<QuotePromise, RecordUsageError> | null,
  hold: FoundHold | undefined,
): PinnedVersions | null {
  if (!quoted?.ok) return hold?.pinned ?? null;
  const { catalogueVersion, policyVersion, contract, volume } = quoted.value;
  return { catalogueVersion, policyVersion, contract, volume };
}

const unusable = (reason: "expired" | "mismatch", message: string) =>
  err({ kind: "quote_unusable" as const, reason, message });

const NO_OFFERING: InvalidField = {
  kind: "validation_error",
  field: "offering",
  message: "is required: name an offering, or a provider and a model",
};
