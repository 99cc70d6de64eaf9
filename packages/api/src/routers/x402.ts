import { listX402Settlements, payWithX402, x402Offer } from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import { X402PayInput, X402SettlementsInput } from "../inputs/x402.ts";
import { actorProcedure, operatorProcedure, router } from "../trpc.ts";

/** Credits for token payments. */
export const x402Router = router({
  offer: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await x402Offer(ctx.billing, ctx.actor, input))),
  pay: actorProcedure
    .input(X402PayInput)
    .mutation(async ({ ctx, input }) => unwrap(await payWithX402(ctx.billing, ctx.actor, input))),
  settlements: operatorProcedure
    .input(X402SettlementsInput)
    .query(({ ctx, input }) => listX402Settlements(ctx.billing, input)),
});
