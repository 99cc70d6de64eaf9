import {
  creditLineUse,
  dryRunContract,
  endContract,
  getContractNews,
  getOwnTerms,
  listContractPlans,
  listContracts,
  saveContractPlan,
  setContract,
  simulateContract,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import {
  ContractsInput,
  CreditLineInput,
  DryRunContractInput,
  EndContractInput,
  OwnTermsInput,
  SavePlanInput,
  SetContractInput,
  SimulateContractInput,
} from "../inputs/contracts.ts";
import { actorProcedure, operatorProcedure, router } from "../trpc.ts";

/** Customers' own prices and terms: made by operators, read by their customers. */
export const contractsRouter = router({
  own: actorProcedure
    .input(OwnTermsInput)
    .query(async ({ ctx, input }) => unwrap(await getOwnTerms(ctx.billing, ctx.actor, input))),
  creditLine: actorProcedure
    .input(CreditLineInput)
    .query(async ({ ctx, input }) => unwrap(await creditLineUse(ctx.billing, ctx.actor, input))),

  list: operatorProcedure
    .input(ContractsInput)
    .query(async ({ ctx, input }) => unwrap(await listContracts(ctx.billing, ctx.actor, input))),
  news: operatorProcedure.query(async ({ ctx }) => unwrap(await getContractNews(ctx.billing, ctx.actor))),
  set: operatorProcedure
    .input(SetContractInput)
    .mutation(async ({ ctx, input }) => unwrap(await setContract(ctx.billing, ctx.actor, input))),
  end: operatorProcedure
    .input(EndContractInput)
    .mutation(async ({ ctx, input }) => unwrap(await endContract(ctx.billing, ctx.actor, input))),
  plans: operatorProcedure.query(async ({ ctx }) => unwrap(await listContractPlans(ctx.billing, ctx.actor))),
  savePlan: operatorProcedure
    .input(SavePlanInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveContractPlan(ctx.billing, ctx.actor, input))),
  dryRun: operatorProcedure
    .input(DryRunContractInput)
    .mutation(async ({ ctx, input }) => unwrap(await dryRunContract(ctx.billing, ctx.actor, input))),
  simulate: operatorProcedure
    .input(SimulateContractInput)
    .mutation(async ({ ctx, input }) => unwrap(await simulateContract(ctx.billing, ctx.actor, input))),
});
