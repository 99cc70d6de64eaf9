import { type Ctx, noticeBudget, noticeFall } from "@ratebook/billing";
import { z } from "zod";

/**
 * Tells a customer what the ledger saw: its wallet falling below levels, or a budget reaching a percentage. Levels that
 * others watch are passed over.
 */
export async function alertAfter(ctx: Ctx, message: Record<string, unknown>): Promise<void> {
  const seen = Seen.safeParse(message);
  if (!seen.success) return;
  const { kind, accountId: customerId, payload } = seen.data;
  if (kind === "budget.reached") return noticeBudget(ctx, { customerId, ...payload });
  await noticeFall(ctx, { customerId, seq: payload.seq, crossed: payload.crossed });
}

const digits = z.string().regex(/^\d+$/).transform(BigInt);
const Seen = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("wallet.crossed_below"),
    accountId: z.uuid(),
    payload: z.object({ seq: digits, crossed: z.array(digits) }),
  }),
  z.object({
    kind: z.literal("budget.reached"),
    accountId: z.uuid(),
    payload: z.object({
      budgetId: z.uuid(),
      periodStart: z.coerce.date(),
      resetsAt: z.coerce.date(),
      limit: digits,
      spent: digits,
      percent: z.number(),
    }),
  }),
]);
