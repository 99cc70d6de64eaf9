import { err, type Nanos, ok, type Result } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { meaningHash } from "./meaning.ts";
import { mayReport } from "./record-usage-batch.ts";
import { refusalOf } from "./refusal.ts";
import type { RecordUsageError } from "./usage-error.ts";

export type ReleaseHoldInput = { customer?: string | undefined; holdId: string };

export type ExtendHoldInput = ReleaseHoldInput & {
  /** 1 … 86,400, counted from now; never beyond 24 hours after the hold was placed. */
  ttlSeconds: number;
  /** Default: every call extends by itself; a later end is never made earlier. */
  idempotencyKey?: string | undefined;
};

export type HoldNumbers = { holdId: string; expiresAt: Date | null; balance: Nanos; available: Nanos };

/** Frees a hold without taking anything. Repeating it changes nothing; `hold_not_open` once it is settled. */
export async function releaseHold(
  ctx: Ctx,
  actor: Actor,
  { customer, holdId }: ReleaseHoldInput,
): Promise<Result<HoldNumbers, RecordUsageError>> {
  return onHold(ctx, actor, customer, holdId, (customerId) => ({
    kind: "release" as const,
    opId: opId("release", holdId),
    meaningHash: meaningHash({ operation: "release", customerId, holdId }),
  }));
}

/** Lets a hold live longer. `hold_not_open` once it is settled, released or expired. */
export async function extendHold(
  ctx: Ctx,
  actor: Actor,
  { customer, holdId, ttlSeconds, idempotencyKey }: ExtendHoldInput,
): Promise<Result<HoldNumbers, RecordUsageError>> {
  return onHold(ctx, actor, customer, holdId, (customerId) => ({
    kind: "extend" as const,
    ttlSeconds,
    opId: opId("extend", `${holdId} ${idempotencyKey ?? ctx.newId()}`),
    meaningHash: meaningHash({ operation: "extend", customerId, holdId, terms: String(ttlSeconds) }),
  }));
}

type OnHold = { opId: string; meaningHash: string } & (
  | { kind: "release" }
  | { kind: "extend"; ttlSeconds: number }
);

async function onHold(
  ctx: Ctx,
  actor: Actor,
  named: string | undefined,
  holdId: string,
  operation: (customerId: string) => OnHold,
): Promise<Result<HoldNumbers, RecordUsageError>> {
  if (!mayReport(actor)) {
    return err({ kind: "access_denied", message: "This credential lacks the scope usage:write." });
  }
  const customer = await resolveCustomer(ctx, actor, named);
  if (!customer.ok) return customer;
  const account = customer.value.id;
  const outcome = await ctx.ledger.post({ ...operation(account), account, ref: holdId });
  if (outcome.kind !== "done" && outcome.kind !== "replayed") return err(refusalOf(ctx, outcome, account));
  const { expiresAt, balance, available } = outcome;
  return ok({ holdId, expiresAt, balance, available });
}
