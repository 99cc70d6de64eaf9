import { z } from "zod";
import { ExternalId, Limit } from "./text.ts";

/** A UTC month: "2026-11". */
export const MonthText = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-11")
  .meta({ example: "2026-11" });

export const StatementsInput = z.strictObject({
  customer: ExternalId.optional(),
  limit: Limit,
  cursor: MonthText.optional(),
});

export const StatementInput = z.strictObject({ customer: ExternalId.optional(), month: MonthText });
