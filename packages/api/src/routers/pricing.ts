import {
  dryRunPolicy,
  getModel,
  listModels,
  listPolicies,
  previewPrice,
  priceFacets,
  setPolicy,
  simulateMarkup,
  summarizePrices,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import {
  DryRunPolicyInput,
  PriceFacetsInput,
  PriceListInput,
  PriceModelInput,
  PricePreviewInput,
  PriceSummaryInput,
  SetPolicyInput,
  SimulateMarkupInput,
} from "../inputs/pricing.ts";
import { operatorProcedure, publicProcedure, router } from "../trpc.ts";

/** What things cost, for everybody or under the caller's contract; and the rules that decide it, for operators. */
export const pricingRouter = router({
  models: publicProcedure
    .input(PriceListInput)
    .query(async ({ ctx, input }) => unwrap(await listModels(ctx.billing, ctx.actor, input))),
  model: publicProcedure
    .input(PriceModelInput)
    .query(async ({ ctx, input }) => unwrap(await getModel(ctx.billing, ctx.actor, input))),
  facets: publicProcedure
    .input(PriceFacetsInput.optional())
    .query(({ ctx, input }) => priceFacets(ctx.billing, input ?? {})),
  preview: publicProcedure
    .input(PricePreviewInput)
    .query(async ({ ctx, input }) => unwrap(await previewPrice(ctx.billing, ctx.actor, input))),
  summary: publicProcedure
    .input(PriceSummaryInput.optional())
    .query(async ({ ctx, input }) => unwrap(await summarizePrices(ctx.billing, ctx.actor, input))),

  policy: operatorProcedure.query(async ({ ctx }) => {
    const versions = unwrap(await listPolicies(ctx.billing, ctx.actor));
    return { active: ctx.billing.catalogue.policy(), version: versions[0]?.version ?? null, versions };
  }),
  setPolicy: operatorProcedure
    .input(SetPolicyInput)
    .mutation(async ({ ctx, input }) => unwrap(await setPolicy(ctx.billing, ctx.actor, input))),
  simulateMarkup: operatorProcedure
    .input(SimulateMarkupInput)
    .query(async ({ ctx, input }) => unwrap(await simulateMarkup(ctx.billing, ctx.actor, input))),
  dryRunPolicy: operatorProcedure
    .input(DryRunPolicyInput)
    .mutation(async ({ ctx, input }) => unwrap(await dryRunPolicy(ctx.billing, ctx.actor, input))),
});
