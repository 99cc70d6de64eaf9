import { nanos } from "@ratebook/core";
import { z } from "zod";
import { UsdInput } from "./billing.ts";
import { ExternalId } from "./text.ts";

const Amount = z
  .bigint()
  .nonnegative()
  .max(1_000_000_000n * 1_000_000_000n)
  .transform(nanos);
const byMail = z.boolean().optional();
const emails = z.array(z.email().max(254)).max(5).optional();
const percent = z.int().min(1).max(100);
const runwayDays = z.int().min(1).max(90).nullable().optional();

export const AlertLevelInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("amount"), amount: Amount }),
  z.strictObject({ kind: z.literal("percent"), percent }),
]);

export const SaveAlertsInput = z.strictObject({
  customer: ExternalId.optional(),
  byMail,
  emails,
  levels: z.array(AlertLevelInput).max(10).optional(),
  runwayDays,
  dailySpend: Amount.nullable().optional(),
  monthlySpend: Amount.nullable().optional(),
});

/** Alerts on the wire: dollars as numbers or text. */
export const AlertsBody = z.strictObject({
  email: byMail.meta({ description: "False: no mails; webhooks are told all the same" }),
  emails: emails.meta({ description: "Addresses in place of the organization's own; none: its own" }),
  thresholds: z
    .array(
      z.union([
        z.strictObject({ amount: UsdInput.meta({ description: "Dollars; 0: empty", example: 5 }) }),
        z.strictObject({ percent: percent.meta({ description: "Of the last top-up", example: 20 }) }),
      ]),
    )
    .max(10)
    .optional()
    .meta({ description: "Balances to be told about, in place of the present ones" }),
  runwayDays: runwayDays.meta({ description: "Told when the credits last less; null: never" }),
  dailySpend: UsdInput.nullable().optional().meta({ description: "Dollars in a UTC day; null: never" }),
  monthlySpend: UsdInput.nullable().optional().meta({ description: "Dollars in a UTC month; null: never" }),
});
