import {
  acknowledgeIntent,
  createResource,
  deleteResource,
  getInfrastructure,
  getResource,
  InfrastructureSettings,
  listInfrastructure,
  listIntents,
  listResourceKinds,
  listResources,
  listWaitingDeployments,
  OwnKind,
  readInfrastructureSettings,
  recordSamples,
  reportDeployment,
  saveInfrastructureSettings,
  saveResourceKind,
  scaleResource,
  startResource,
  stopResource,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import {
  CreateResourceInput,
  IntentInput,
  ListInfrastructureInput,
  ListIntentsInput,
  ListResourcesInput,
  ReportDeploymentInput,
  ResourceInput,
  SamplesInput,
  ScaleResourceInput,
} from "../inputs/resources.ts";
import { actorProcedure, operatorProcedure, router } from "../trpc.ts";

/** Things billed by the day. */
export const resourcesRouter = router({
  create: actorProcedure
    .input(CreateResourceInput)
    .mutation(async ({ ctx, input }) => unwrap(await createResource(ctx.billing, ctx.actor, input))),
  scale: actorProcedure
    .input(ScaleResourceInput)
    .mutation(async ({ ctx, input }) => unwrap(await scaleResource(ctx.billing, ctx.actor, input))),
  start: actorProcedure
    .input(ResourceInput)
    .mutation(async ({ ctx, input }) => unwrap(await startResource(ctx.billing, ctx.actor, input))),
  stop: actorProcedure
    .input(ResourceInput)
    .mutation(async ({ ctx, input }) => unwrap(await stopResource(ctx.billing, ctx.actor, input))),
  delete: actorProcedure
    .input(ResourceInput)
    .mutation(async ({ ctx, input }) => unwrap(await deleteResource(ctx.billing, ctx.actor, input))),
  /** The platform's word on a deployment. */
  report: actorProcedure
    .input(ReportDeploymentInput)
    .mutation(async ({ ctx, input }) => unwrap(await reportDeployment(ctx.billing, ctx.actor, input))),
  list: actorProcedure
    .input(ListResourcesInput)
    .query(async ({ ctx, input }) => unwrap(await listResources(ctx.billing, ctx.actor, input))),
  get: actorProcedure
    .input(ResourceInput)
    .query(async ({ ctx, input }) => unwrap(await getResource(ctx.billing, ctx.actor, input))),
  /** How a customer's infrastructure stands: quota, cost, runway, notice. */
  standing: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getInfrastructure(ctx.billing, ctx.actor, input))),
  samples: actorProcedure
    .input(SamplesInput)
    .mutation(async ({ ctx, input }) => unwrap(await recordSamples(ctx.billing, ctx.actor, input))),

  /** Every customer with resources, those being stopped and warned first. */
  customers: operatorProcedure
    .input(ListInfrastructureInput)
    .query(async ({ ctx, input }) => unwrap(await listInfrastructure(ctx.billing, ctx.actor, input))),
  /** Deployments of which the platform does not say what became, the longest waiting first. */
  waitingDeployments: actorProcedure
    .input(ListInfrastructureInput)
    .query(async ({ ctx, input }) => unwrap(await listWaitingDeployments(ctx.billing, ctx.actor, input))),
  /** What the platform has to carry out. */
  intents: actorProcedure
    .input(ListIntentsInput)
    .query(async ({ ctx, input }) => unwrap(await listIntents(ctx.billing, ctx.actor, input))),
  acknowledge: actorProcedure
    .input(IntentInput)
    .mutation(async ({ ctx, input }) => unwrap(await acknowledgeIntent(ctx.billing, ctx.actor, input))),

  kinds: actorProcedure.query(({ ctx }) => listResourceKinds(ctx.billing)),
  saveKind: operatorProcedure
    .input(OwnKind)
    .mutation(async ({ ctx, input }) => unwrap(await saveResourceKind(ctx.billing, ctx.actor, input))),
  settings: operatorProcedure.query(({ ctx }) => readInfrastructureSettings(ctx.billing)),
  saveSettings: operatorProcedure
    .input(InfrastructureSettings)
    .mutation(async ({ ctx, input }) =>
      unwrap(await saveInfrastructureSettings(ctx.billing, ctx.actor, input)),
    ),
});
