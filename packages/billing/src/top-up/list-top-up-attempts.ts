import { type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { autoTopUpAttempt } from "@ratebook/db/schema";
import { desc, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { PaymentError } from "./payment-error.ts";

/** One try to refill a wallet, as the rooms show it. */
export type TopUpAttempt = {
  orderId: string;
  trigger: "crossing" | "refused" | "sweep" | "manual";
  amount: Nanos;
  balanceBefore: Nanos;
  state: "under_way" | "succeeded" | "declined" | "failed";
  decline: { code: string; reason: string | null; message: string | null } | null;
  createdAt: Date;
  endedAt: Date | null;
};

/** A customer's latest refills, newest first, at most 100. */
export async function listTopUpAttempts(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<TopUpAttempt[], PaymentError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.db
    .select()
    .from(autoTopUpAttempt)
    .where(eq(autoTopUpAttempt.customerId, customer.value.id))
    .orderBy(desc(autoTopUpAttempt.createdAt))
    .limit(100);
  return ok(
    rows.map((row) => ({
      orderId: row.orderId,
      trigger: row.trigger,
      amount: nanos(row.amountNanos),
      balanceBefore: nanos(row.balanceNanos),
      state: row.state,
      decline:
        row.declineCode === null
          ? null
          : { code: row.declineCode, reason: row.declineReason, message: row.message },
      createdAt: row.createdAt,
      endedAt: row.endedAt,
    })),
  );
}
