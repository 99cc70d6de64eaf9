import type { Route } from "./route.ts";
import { agentRoutes } from "./routes/agents.ts";
import { customerRoutes } from "./routes/customers.ts";
import { healthRoutes } from "./routes/health.ts";
import { pricingRoutes } from "./routes/pricing.ts";

/** Every documented route, by area; the server and the OpenAPI document are both made from this list. */
export const allRoutes: readonly Route[] = [
  ...customerRoutes,
  ...agentRoutes,
  ...pricingRoutes,
  ...healthRoutes,
];
