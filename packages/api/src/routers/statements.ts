import { drawStatement, exportStatement, getStatement, listStatements } from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { StatementInput, StatementsInput } from "../inputs/statements.ts";
import { actorProcedure, router } from "../trpc.ts";

export const statementsRouter = router({
  /** Months that have one, newest first. */
  list: actorProcedure
    .input(StatementsInput)
    .query(async ({ ctx, input }) => unwrap(await listStatements(ctx.billing, ctx.actor, input))),
  get: actorProcedure
    .input(StatementInput)
    .query(async ({ ctx, input }) => unwrap(await getStatement(ctx.billing, ctx.actor, input))),
  csv: actorProcedure
    .input(StatementInput)
    .query(async ({ ctx, input }) => unwrap(await exportStatement(ctx.billing, ctx.actor, input))),
  pdf: actorProcedure
    .input(StatementInput)
    .query(async ({ ctx, input }) => unwrap(await drawStatement(ctx.billing, ctx.actor, input))),
});
