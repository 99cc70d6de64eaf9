import {
  creditsSummary,
  extendHold,
  getBalance,
  getReceipt,
  grantCredits,
  listGrants,
  listHolds,
  listParked,
  listTransactions,
  placeHold,
  previewAdjustment,
  quoteUsage,
  rateParked,
  recordUsage,
  releaseHold,
  settleHold,
  takeCredits,
  usageTotals,
} from "@ratebook/billing";
import { debitBatch } from "../debit-batch.ts";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import {
  DebitBatchInput,
  DebitInput,
  ExtendInput,
  GrantInput,
  HoldInput,
  HoldsInput,
  ParkedInput,
  PreviewAdjustmentInput,
  QuoteInput,
  RateParkedInput,
  ReceiptInput,
  ReleaseInput,
  SettleInput,
  TakeInput,
  TransactionsInput,
  UsageInput,
} from "../inputs/billing.ts";
import { actorProcedure, operatorProcedure, router } from "../trpc.ts";

export const billingRouter = router({
  debit: actorProcedure
    .input(DebitInput)
    .mutation(async ({ ctx, input }) => unwrap(await recordUsage(ctx.billing, ctx.actor, input))),
  debitBatch: actorProcedure
    .input(DebitBatchInput)
    .mutation(async ({ ctx, input }) => unwrap(await debitBatch(ctx.billing, ctx.actor, input))),

  hold: actorProcedure
    .input(HoldInput)
    .mutation(async ({ ctx, input }) => unwrap(await placeHold(ctx.billing, ctx.actor, input))),
  settle: actorProcedure
    .input(SettleInput)
    .mutation(async ({ ctx, input }) => unwrap(await settleHold(ctx.billing, ctx.actor, input))),
  extend: actorProcedure
    .input(ExtendInput)
    .mutation(async ({ ctx, input }) => unwrap(await extendHold(ctx.billing, ctx.actor, input))),
  release: actorProcedure
    .input(ReleaseInput)
    .mutation(async ({ ctx, input }) => unwrap(await releaseHold(ctx.billing, ctx.actor, input))),
  holds: actorProcedure
    .input(HoldsInput)
    .query(async ({ ctx, input }) => unwrap(await listHolds(ctx.billing, ctx.actor, input))),
  quote: actorProcedure
    .input(QuoteInput)
    .mutation(async ({ ctx, input }) => unwrap(await quoteUsage(ctx.billing, ctx.actor, input))),

  balance: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getBalance(ctx.billing, ctx.actor, input))),
  summary: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await creditsSummary(ctx.billing, ctx.actor, input))),
  transactions: actorProcedure
    .input(TransactionsInput)
    .query(async ({ ctx, input }) => unwrap(await listTransactions(ctx.billing, ctx.actor, input))),
  receipt: actorProcedure
    .input(ReceiptInput)
    .query(async ({ ctx, input }) => unwrap(await getReceipt(ctx.billing, ctx.actor, input))),
  usage: actorProcedure.input(UsageInput).query(async ({ ctx, input }) => {
    const { groupBy, ...rest } = input;
    // "model" is what the wire calls an offering.
    const group = groupBy === "model" ? "offering" : groupBy;
    return unwrap(await usageTotals(ctx.billing, ctx.actor, { ...rest, groupBy: group }));
  }),

  grant: actorProcedure
    .input(GrantInput)
    .mutation(async ({ ctx, input }) => unwrap(await grantCredits(ctx.billing, ctx.actor, input))),
  /** Takes credits away by hand, never beyond what is available. */
  take: operatorProcedure
    .input(TakeInput)
    .mutation(async ({ ctx, input }) => unwrap(await takeCredits(ctx.billing, ctx.actor, input))),
  /** What a grant or a taking away would do: balance and burn order before and after. */
  previewAdjustment: operatorProcedure
    .input(PreviewAdjustmentInput)
    .query(async ({ ctx, input }) => unwrap(await previewAdjustment(ctx.billing, ctx.actor, input))),
  grants: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listGrants(ctx.billing, ctx.actor, input))),

  parked: actorProcedure
    .input(ParkedInput)
    .query(async ({ ctx, input }) => unwrap(await listParked(ctx.billing, ctx.actor, input))),
  rateParked: operatorProcedure
    .input(RateParkedInput)
    .mutation(async ({ ctx, input }) => unwrap(await rateParked(ctx.billing, ctx.actor, input))),
});
