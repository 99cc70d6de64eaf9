import { type Ctx, handleRailEvent, startAutoTopUp } from "@ratebook/billing";
import { z } from "zod";
import type { JobHandlers } from "./job-runner.ts";

/** Work that payments start by themselves. */
export type PaymentJob = "payment-event" | "auto-top-up";

/** The jobs of payments. Each may run twice: an event is handled once, and a wallet is refilled where it is due. */
export function createPaymentHandlers(ctx: Ctx): { [name in PaymentJob]: JobHandlers[string] } {
  return {
    "payment-event": async (payload) => {
      const { eventId } = z.object({ eventId: z.string() }).parse(payload);
      if (ctx.rail === undefined) return;
      const handled = await handleRailEvent(ctx, ctx.rail, { eventId });
      if (!handled.ok) throw new Error(`the rail could not be asked about ${eventId}: ${handled.error.kind}`);
    },
    "auto-top-up": async (payload) => {
      const { customerId } = z.object({ customerId: z.uuid() }).parse(payload);
      await startAutoTopUp(ctx, { customerId, trigger: "refused" });
    },
  };
}

/** Refills a wallet that the ledger saw falling below a level; levels of others simply find nothing due. */
export async function refillAfter(ctx: Ctx, payload: Record<string, unknown>): Promise<void> {
  const fall = Crossing.safeParse(payload);
  if (!fall.success || ctx.rail === undefined) return;
  const { accountId, payload: crossing } = fall.data;
  await startAutoTopUp(ctx, {
    customerId: accountId,
    trigger: "crossing",
    crossingSeq: BigInt(crossing.seq),
  });
}

const Crossing = z.object({
  kind: z.literal("wallet.crossed_below"),
  accountId: z.uuid(),
  payload: z.object({ seq: z.string().regex(/^\d+$/) }),
});
