import { err, must, type Nanos, ok, type Pools, type Result } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { keyOf, namesOf } from "./draft-usage.ts";
import { type FoundHold, findHolds } from "./find-holds.ts";
import { meaningHash } from "./meaning.ts";
import { meterUsage } from "./meter-usage.ts";
import { occurredAtRefusal } from "./occurred-at.ts";
import { postUsage } from "./post-usage.ts";
import { mayReport } from "./record-usage-batch.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import { holdRefusal } from "./refusal.ts";
import { type Outcome, readUsagePolicies } from "./settings.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { InvalidField, RecordUsageError } from "./usage-error.ts";
import { type EventContext, type NamedOffering, offeringName, type ReportedUsage } from "./usage-report.ts";

export type SettleHoldInput = NamedOffering &
  ReportedUsage &
  EventContext & {
    customer?: string | undefined;
    holdId: string;
    /** How the call ended; what that costs is the operator's policy, and stands on the receipt. */
    outcome: Outcome;
    /** What the call cost, where the caller knows better than a price list. */
    amount?: Nanos | undefined;
    billing?: "platform" | "byok" | undefined;
    /** Default: the hold itself, which is settled once. */
    idempotencyKey?: string | undefined;
  };

/**
 * Settles a hold: debits what the call cost and frees the rest, once.
 *
 * Usage is rated at the versions the hold pinned; the offering is the hold's where none is named. What exceeds the hold
 * is taken from available credits and then becomes visible debt. Within 7 days a hold that expired is settled late, as a
 * debit. Replaying gives the first answer; a hold that is settled or released already is `hold_not_open`.
 */
export async function settleHold(
  ctx: Ctx,
  actor: Actor,
  input: SettleHoldInput,
): Promise<Result<RecordedUsage, RecordUsageError>> {
  if (!mayReport(actor)) return err(NOT_ALLOWED);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const { holdId } = input;
  const [holds, policies] = await Promise.all([
    findHolds(ctx, [{ customerId, holdId }]),
    readUsagePolicies(ctx),
  ]);
  const draft = draftSettle(ctx, actor, customerId, input, {
    hold: holds(customerId, holdId),
    cost: policies.settle[input.outcome],
  });
  if (!draft.ok) return draft;
  const [answer] = await postUsage(ctx, [draft.value]);
  return must(answer, "one settle is answered once");
}

type Terms = { hold: FoundHold | undefined; cost: "reported" | "held" | "nothing" };

function draftSettle(
  ctx: Ctx,
  actor: Actor,
  customerId: string,
  input: SettleHoldInput,
  { hold, cost }: Terms,
): Result<UsageDraft, RecordUsageError> {
  const { holdId, outcome, idempotencyKey, amount } = input;
  const offering = offeringName(input) ?? hold?.offering ?? null;
  const reported = reportedPools(ctx, input, hold === undefined ? "" : offering, cost === "reported");
  if (!reported.ok) return reported;
  const pools = reported.value;
  const now = ctx.clock();
  const occurredAt = input.occurredAt ?? now;
  const billing = input.billing ?? "platform";
  return ok({
    customerId,
    opId: opId("settle", idempotencyKey === undefined ? holdId : `${holdId} ${idempotencyKey}`),
    meaning: meaningHash({
      operation: "settle",
      customerId,
      offering: offeringName(input),
      pools,
      dimensions: input.dimensions,
      billing,
      holdId,
      outcome,
      amount,
    }),
    offering,
    pools: pools ?? new Map(),
    dimensions: { ...hold?.dimensions, ...input.dimensions },
    billing,
    mode: "record",
    occurredAt,
    pinned: hold?.pinned ?? null,
    pricedAt: occurredAt,
    quoteId: null,
    holdId,
    ending: { outcome, cost, named: amount ?? null, held: hold?.amount ?? null },
    ...namesOf(input, hold),
    keyId: keyOf(actor),
    metadata: input.metadata ?? {},
    // Without a hold and an offering there is nothing to rate with; anything else the ledger knows best.
    refusal:
      occurredAtRefusal(occurredAt, now, actor) ??
      (hold === undefined && offering === null && pools !== null ? holdRefusal(holdId, "unknown") : null),
  });
}

/** The usage of a settle; null where it reports an amount, or nothing. */
function reportedPools(
  ctx: Ctx,
  input: SettleHoldInput,
  offering: string | null,
  required: boolean,
): Result<Pools | null, InvalidField> {
  const hasUsage = input.usage !== undefined || input.quantities !== undefined;
  if (hasUsage && input.amount !== undefined) {
    return invalid("amount", "cannot be given beside usage or quantities");
  }
  if (!hasUsage) {
    return required && input.amount === undefined
      ? invalid(
          "usage",
          `is required for the outcome ${input.outcome}: give usage, quantities or an amount, or the outcome no_usage`,
        )
      : ok(null);
  }
  if (offering === null) {
    return invalid("offering", "is required: the hold was placed for an amount, so name an offering");
  }
  return meterUsage(ctx, input, offering);
}

const invalid = (field: string, message: string) =>
  err({ kind: "validation_error" as const, field, message });

const NOT_ALLOWED: RecordUsageError = {
  kind: "access_denied",
  message: "This credential lacks the scope usage:write.",
};
