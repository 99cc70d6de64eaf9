import { listBudgets, listPauses, pauseSpending, removeBudget, saveBudget } from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import {
  ListBudgetsInput,
  PauseSpendingInput,
  RemoveBudgetInput,
  SaveBudgetInput,
} from "../inputs/budgets.ts";
import { actorProcedure, router } from "../trpc.ts";

export const budgetsRouter = router({
  list: actorProcedure
    .input(ListBudgetsInput)
    .query(async ({ ctx, input }) => unwrap(await listBudgets(ctx.billing, ctx.actor, input))),
  save: actorProcedure
    .input(SaveBudgetInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveBudget(ctx.billing, ctx.actor, input))),
  remove: actorProcedure
    .input(RemoveBudgetInput)
    .mutation(async ({ ctx, input }) => unwrap(await removeBudget(ctx.billing, ctx.actor, input))),
  pauses: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listPauses(ctx.billing, ctx.actor, input))),
  pause: actorProcedure
    .input(PauseSpendingInput)
    .mutation(async ({ ctx, input }) => unwrap(await pauseSpending(ctx.billing, ctx.actor, input))),
});
