import type { Route } from "./route.ts";
import { agentRoutes } from "./routes/agents.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { autoTopUpRoutes } from "./routes/auto-top-up.ts";
import { billingSettingsRoutes } from "./routes/billing-settings.ts";
import { checkoutRoutes } from "./routes/checkout.ts";
import { containerRoutes } from "./routes/containers.ts";
import { contractRoutes } from "./routes/contract.ts";
import { creditRoutes } from "./routes/credits.ts";
import { customerRoutes } from "./routes/customers.ts";
import { grantRoutes } from "./routes/grants.ts";
import { healthRoutes } from "./routes/health.ts";
import { holdRoutes } from "./routes/holds.ts";
import { ingestRoutes } from "./routes/ingest.ts";
import { invoiceRoutes } from "./routes/invoices.ts";
import { packRoutes } from "./routes/packs.ts";
import { paymentMethodRoutes } from "./routes/payment-methods.ts";
import { portalRoutes } from "./routes/portal.ts";
import { pricingRoutes } from "./routes/pricing.ts";
import { quoteRoutes } from "./routes/quotes.ts";
import { receiptRoutes } from "./routes/receipts.ts";
import { resourceRoutes } from "./routes/resources.ts";
import { statementRoutes } from "./routes/statements.ts";
import { usageRoutes } from "./routes/usage.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { topUpRoutes } from "./x402/top-up-routes.ts";

/** Every documented route, by area; the server and the OpenAPI document are both made from this list. */
export const allRoutes: readonly Route[] = [
  ...creditRoutes,
  ...packRoutes,
  ...checkoutRoutes,
  ...autoTopUpRoutes,
  ...paymentMethodRoutes,
  ...billingSettingsRoutes,
  ...invoiceRoutes,
  ...statementRoutes,
  ...topUpRoutes,
  ...usageRoutes,
  ...ingestRoutes,
  ...analyticsRoutes,
  ...receiptRoutes,
  ...holdRoutes,
  ...quoteRoutes,
  ...containerRoutes,
  ...resourceRoutes,
  ...customerRoutes,
  ...grantRoutes,
  ...agentRoutes,
  ...portalRoutes,
  ...webhookRoutes,
  ...pricingRoutes,
  ...contractRoutes,
  ...healthRoutes,
];
