import { type Ctx, noticeFall } from "@ratebook/billing";
import { z } from "zod";

/** Tells a customer whose wallet the ledger saw falling below levels; levels that others watch are passed over. */
export async function alertAfter(ctx: Ctx, payload: Record<string, unknown>): Promise<void> {
  const fall = Crossing.safeParse(payload);
  if (!fall.success) return;
  const { accountId, payload: crossing } = fall.data;
  await noticeFall(ctx, {
    customerId: accountId,
    seq: BigInt(crossing.seq),
    crossed: crossing.crossed.map(BigInt),
  });
}

const digits = z.string().regex(/^\d+$/);
const Crossing = z.object({
  kind: z.literal("wallet.crossed_below"),
  accountId: z.uuid(),
  payload: z.object({ seq: digits, crossed: z.array(digits) }),
});
