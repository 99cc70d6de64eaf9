import { type Ctx, liftNotice } from "@ratebook/billing";
import { z } from "zod";

/** Ends or puts off a customer's shutdown notice because the ledger saw credits come in, or come free. */
export async function liftAfter(ctx: Ctx, message: Record<string, unknown>): Promise<void> {
  const risen = Risen.safeParse(message);
  if (risen.success) await liftNotice(ctx, risen.data.accountId);
}

const Risen = z.object({ kind: z.literal("wallet.risen"), accountId: z.uuid() });
