import { z } from "zod";
import { anyText, plainText, shortText } from "./text.ts";

const Column = shortText(200);
export const UpstreamMappingInput = z.strictObject({
  day: Column,
  model: Column,
  amount: Column,
  amountIn: z.enum(["usd", "cents"]).default("usd"),
  requests: Column.nullable().default(null),
  models: z.record(shortText(300), shortText(300)).default({}),
  quantities: z.record(shortText(100), Column).default({}),
});

/** A provider as offerings name it: what stands before the slash. */
const Provider = shortText(100).regex(/^[a-z0-9][a-z0-9._-]*$/, "must be a provider's name, such as openai");

export const ImportUpstreamInput = z.strictObject({
  provider: Provider,
  account: anyText(100).default(""),
  fileName: shortText(200),
  csv: plainText(20_000_000).min(1),
  mapping: UpstreamMappingInput,
  dryRun: z.boolean(),
});

const Day = z.iso
  .date()
  .refine((day) => day >= "2000-01-01" && day <= "2200-01-01", "must be between the years 2000 and 2200");
export const MarginReportInput = z.strictObject({ from: Day, to: Day, provider: Provider.optional() });
