import { z } from "zod";
import { AlertsBody } from "../../inputs/alerts.ts";
import { AutoTopUpBody } from "../../inputs/payments.ts";
import { ExternalId } from "../../inputs/text.ts";
import type { Caller } from "../../root.ts";
import { alertSettings, alertsOf, wireAlerts } from "../alerts-wire.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { type RouteAnswer, route } from "../route.ts";
import { autoTopUpSettings, wireAutoTopUp } from "./auto-top-up.ts";

const answer = z.object({
  success: z.literal(true),
  settings: z.object({
    autoTopUp: autoTopUpSettings,
    alerts: alertSettings,
    limits: z.object({ minimumPurchase: usdNumber, maximumPurchase: usdNumber }),
  }),
});

export const billingSettingsRoutes = [
  route({
    method: "get",
    path: "/api/v1/billing/settings",
    operationId: "billingSettings",
    tag: "Purchases",
    summary: "Read everything a customer may set about billing",
    auth: "key",
    noStore: true,
    responses: { 200: { description: "The settings", schema: answer } },
    handle: ({ caller, customer }) => told(caller, customer),
  }),
  route({
    method: "put",
    path: "/api/v1/billing/settings",
    operationId: "saveBillingSettings",
    tag: "Purchases",
    summary: "Change what a customer may set about billing",
    description: "What is not named stays; where one part is refused, nothing is saved.",
    auth: "key",
    body: z.strictObject({
      customer: ExternalId.optional(),
      autoTopUp: AutoTopUpBody.omit({ customer: true }).optional(),
      alerts: AlertsBody.optional(),
    }),
    example: {
      autoTopUp: { enabled: true, threshold: 10, amount: 50 },
      alerts: { thresholds: [{ percent: 20 }, { amount: 5 }, { amount: 0 }], runwayDays: 3, dailySpend: 100 },
    },
    noStore: true,
    responses: { 200: { description: "The settings as they are now", schema: answer } },
    handle: async ({ caller, customer, body }) => {
      const { alerts, autoTopUp } = body;
      await caller.payments.saveBillingSettings({
        customer,
        alerts: alerts && alertsOf(alerts),
        autoTopUp,
      });
      return told(caller, customer);
    },
  }),
];

async function told(caller: Caller, customer: string | undefined): Promise<RouteAnswer> {
  const settings = await caller.payments.autoTopUp({ customer });
  const { min, max } = settings.limits;
  return {
    status: 200,
    body: {
      success: true,
      settings: {
        autoTopUp: wireAutoTopUp(settings),
        alerts: wireAlerts(await caller.alerts.settings({ customer })),
        limits: { minimumPurchase: exactNumber(min), maximumPurchase: exactNumber(max) },
      },
    },
  };
}
