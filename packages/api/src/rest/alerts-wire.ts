import type { AlertSettings } from "@ratebook/billing";
import { z } from "zod";
import type { AlertsBody, SaveAlertsInput } from "../inputs/alerts.ts";
import { exactNumber } from "./exact-number.ts";
import { usdNumber } from "./money-schema.ts";

export const alertSettings = z
  .object({
    email: z.boolean(),
    emails: z.array(z.string()),
    thresholds: z.array(
      z.object({
        amount: usdNumber.optional(),
        percent: z.number().int().optional(),
        balance: usdNumber.nullable().meta({ description: "Told below this; null before the first top-up" }),
        crossed: z.boolean().meta({ description: "The balance is below it now" }),
      }),
    ),
    runwayDays: z.number().int().nullable(),
    dailySpend: usdNumber.nullable(),
    monthlySpend: usdNumber.nullable(),
    lastTopUp: usdNumber.nullable(),
    forecast: z.object({
      dailyBurn: usdNumber,
      hoursLeft: z.number().int().nullable().meta({ description: "Null: nothing is being used" }),
    }),
  })
  .meta({ id: "AlertSettings", description: "Days and months are UTC" });

/** Alerts on the wire. */
export const wireAlerts = (it: AlertSettings): Record<string, unknown> => ({
  email: it.byMail,
  emails: it.emails,
  thresholds: it.levels.map((level) => ({
    ...(level.kind === "amount" ? { amount: exactNumber(level.amount) } : { percent: level.percent }),
    balance: optional(level.below),
    crossed: level.crossed,
  })),
  runwayDays: it.runwayDays,
  dailySpend: optional(it.dailySpend),
  monthlySpend: optional(it.monthlySpend),
  lastTopUp: optional(it.lastTopUp),
  forecast: {
    dailyBurn: exactNumber(it.forecast.dailyBurn),
    // An idle month of a full wallet is already a large number; JSON keeps whole numbers up to 2^53.
    hoursLeft: it.forecast.hoursLeft === null ? null : Number(it.forecast.hoursLeft),
  },
});

/** What a body asks for, in the words of the typed door. */
export function alertsOf(body: z.infer<typeof AlertsBody>): z.input<typeof SaveAlertsInput> {
  const { email, thresholds, ...rest } = body;
  return {
    ...rest,
    byMail: email,
    levels: thresholds?.map((level) =>
      "amount" in level
        ? { kind: "amount" as const, amount: level.amount }
        : { kind: "percent" as const, percent: level.percent },
    ),
  };
}

const optional = (amount: Parameters<typeof exactNumber>[0] | null) =>
  amount === null ? null : exactNumber(amount);
