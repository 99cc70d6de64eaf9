import { nanos } from "@ratebook/core";
import { z } from "zod";
import { UsdInput } from "./billing.ts";
import { ExternalId, Limit, plainText, shortText } from "./text.ts";

const Amount = z
  .bigint()
  .min(-1_000_000_000n * 1_000_000_000n)
  .max(1_000_000_000n * 1_000_000_000n)
  .transform(nanos);
const customer = ExternalId.optional();
const period = z.enum(["day", "week", "month"]).meta({
  description: "A UTC day, a week from Monday 00:00 UTC, or a UTC month",
});
const subject = z.enum(["organization", "app", "agent", "member", "key"]);
const subjectId = ExternalId.nullish().meta({ description: "Absent for the organization" });
const terms = {
  period,
  hard: z.boolean().optional().meta({ description: "True refuses gates beyond it; false only tells" }),
  alertPercents: z
    .array(z.int().min(1).max(100))
    .max(10)
    .optional()
    .meta({ description: "Percentages of the limit that are told, once a period", example: [80, 100] }),
};

export const SaveBudgetInput = z.strictObject({ customer, subject, subjectId, ...terms, limit: Amount });
export const RemoveBudgetInput = z.strictObject({ customer, id: z.uuid().toLowerCase() });
export const PauseSpendingInput = z.strictObject({
  customer,
  subject,
  subjectId,
  reason: shortText(300).nullable().meta({ description: "Told to whoever is refused; null resumes" }),
});
export const ListBudgetsInput = z.strictObject({
  customer,
  subject: subject.optional(),
  subjectId: ExternalId.optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});

/** The same with nanos. */
export const BudgetTerms = z.strictObject({ ...terms, limit: Amount });

/** What a body that names an agent or an app may say of its spending; dollars as numbers or text. */
export const spendingWish = {
  budget: z
    .strictObject({ ...terms, period: period.default("month"), limit: UsdInput })
    .optional()
    .meta({ description: "Sets what it may spend in a period; kept as it is where absent" }),
  paused: z.boolean().optional().meta({ description: "True refuses its gates and holds; false resumes it" }),
  pauseReason: shortText(300).optional().meta({ description: "Told to whoever is refused" }),
};
