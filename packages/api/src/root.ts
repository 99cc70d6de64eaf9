import { accountsRouter } from "./routers/accounts.ts";
import { billingRouter } from "./routers/billing.ts";
import { catalogRouter } from "./routers/catalog.ts";
import { opsRouter } from "./routers/ops.ts";
import { pricingRouter } from "./routers/pricing.ts";
import { createCallerFactory, router } from "./trpc.ts";

/** Every procedure, by area; the admin, the worker and the REST bridge all call these. */
export const appRouter = router({
  accounts: accountsRouter,
  billing: billingRouter,
  catalog: catalogRouter,
  ops: opsRouter,
  pricing: pricingRouter,
});

export type AppRouter = typeof appRouter;

/** Calls procedures in process with a given context. */
export const createCaller = createCallerFactory(appRouter);
export type Caller = ReturnType<typeof createCaller>;
