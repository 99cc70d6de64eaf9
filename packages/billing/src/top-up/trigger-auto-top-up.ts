import type { Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolvePayer } from "./payer.ts";
import type { PaymentError } from "./payment-error.ts";
import { startAutoTopUp, type TopUpResult } from "./start-auto-top-up.ts";

/** Looks now whether a wallet is to be refilled; the rules and caps are those of the automatic one. */
export async function triggerAutoTopUp(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<TopUpResult & { customerId: string }, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, input.customer);
  if (!payer.ok) return payer;
  const customerId = payer.value.id;
  const result = await startAutoTopUp(ctx, { customerId, trigger: "manual" });
  return result.ok ? { ok: true, value: { ...result.value, customerId } } : result;
}
