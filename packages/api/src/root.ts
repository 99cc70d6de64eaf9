import { accountsRouter } from "./routers/accounts.ts";
import { alertsRouter } from "./routers/alerts.ts";
import { analyticsRouter } from "./routers/analytics.ts";
import { billingRouter } from "./routers/billing.ts";
import { budgetsRouter } from "./routers/budgets.ts";
import { catalogRouter } from "./routers/catalog.ts";
import { contractsRouter } from "./routers/contracts.ts";
import { customInvoicesRouter } from "./routers/custom-invoices.ts";
import { invoicesRouter } from "./routers/invoices.ts";
import { marginRouter } from "./routers/margin.ts";
import { opsRouter } from "./routers/ops.ts";
import { paymentsRouter } from "./routers/payments.ts";
import { pricingRouter } from "./routers/pricing.ts";
import { resourcesRouter } from "./routers/resources.ts";
import { statementsRouter } from "./routers/statements.ts";
import { x402Router } from "./routers/x402.ts";
import { createCallerFactory, router } from "./trpc.ts";

/** Every procedure, by area; the admin, the worker and the REST bridge all call these. */
export const appRouter = router({
  accounts: accountsRouter,
  alerts: alertsRouter,
  analytics: analyticsRouter,
  billing: billingRouter,
  budgets: budgetsRouter,
  catalog: catalogRouter,
  contracts: contractsRouter,
  customInvoices: customInvoicesRouter,
  invoices: invoicesRouter,
  margin: marginRouter,
  ops: opsRouter,
  payments: paymentsRouter,
  pricing: pricingRouter,
  statements: statementsRouter,
  resources: resourcesRouter,
  x402: x402Router,
});

export type AppRouter = typeof appRouter;

/** Calls procedures in process with a given context. */
export const createCaller = createCallerFactory(appRouter);
export type Caller = ReturnType<typeof createCaller>;
