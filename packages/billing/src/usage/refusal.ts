import type { Ctx } from "../ctx.ts";
import type { HoldState, PostRefusal, PostUnavailable } from "../ledger/post-outcome.ts";
import type { RecordUsageError } from "./usage-error.ts";

/** What the ledger's refusal of an operation on a customer's wallet means to the caller. */
export function refusalOf(
  ctx: Pick<Ctx, "publicUrl" | "onRefused">,
  outcome: PostRefusal | PostUnavailable,
  customerId: string,
): RecordUsageError {
  const topUpUrl = new URL("/billing", ctx.publicUrl).href;
  switch (outcome.kind) {
    case "insufficient":
      ctx.onRefused?.(customerId);
      return { ...outcome, kind: "insufficient_credits", topUpUrl };
    case "debt_outstanding":
    case "suspended":
      ctx.onRefused?.(customerId);
      return { ...outcome, topUpUrl };
    case "budget_exceeded":
    case "paused":
      return { ...outcome, topUpUrl };
    case "hold_not_open":
      return holdRefusal(outcome.holdId, outcome.state);
    case "conflict":
      return {
        kind: "idempotency_conflict",
        message: "This idempotency key was used before for a request that meant something else.",
      };
    case "reversed":
      return {
        kind: "operation_reversed",
        message: "The debit of this idempotency key was given back; a new attempt needs a new key.",
      };
    case "overloaded":
    case "unavailable":
      return { kind: "ledger_busy", retryAfterSeconds: outcome.retryAfterSeconds };
    case "no_account":
      return { kind: "customer_not_found", customer: customerId };
    case "ref_not_found":
    case "exceeds_original":
      throw new Error(`invariant broken: ${outcome.kind} for an operation that refers to no other`);
  }
}

/** Why a hold cannot be settled, released or extended. */
export const holdRefusal = (holdId: string, state: HoldState): RecordUsageError =>
  state === "unknown" ? { kind: "hold_not_found", holdId } : { kind: "hold_not_open", holdId, state };
