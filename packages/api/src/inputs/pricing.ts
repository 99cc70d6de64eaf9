import { isMeterName, MODALITIES, ProviderName } from "@ratebook/core";
import { z } from "zod";
import { QuoteInput } from "./billing.ts";
import { ExternalId, Limit, plainText, shortText } from "./text.ts";

/** Id of an offering, or an alias of it: `provider/model`; a model's name may hold slashes. */
export const OfferingName = z
  .string()
  .max(300)
  .regex(/^[^\s/]+\/\S+$/, 'must be "provider/model"');

export const PriceListInput = z.strictObject({
  provider: ProviderName.optional(),
  modality: z.enum(MODALITIES).optional(),
  search: plainText(200).optional(),
  /** Null for both. */
  listed: z.boolean().nullable().default(true),
  /** Whose prices; for operators and services. */
  customer: ExternalId.optional(),
  limit: Limit,
  cursor: OfferingName.optional(),
});

export const PriceModelInput = z.strictObject({
  offering: OfferingName,
  at: z.date().optional(),
  customer: ExternalId.optional(),
});

export const PriceSummaryInput = z.strictObject({ customer: ExternalId.optional() });

export const PriceFacetsInput = z.strictObject({ listed: z.boolean().nullable().default(true) });

/** Usage to price; without quantities and usage, the offering's default request. */
export const PricePreviewInput = QuoteInput.pick({
  offering: true,
  provider: true,
  model: true,
  usage: true,
  quantities: true,
  dimensions: true,
  customer: true,
});

export const SetPolicyInput = z.strictObject({
  /** Checked in full by the markup policy's own schema. */
  rules: z.array(z.unknown()).min(1).max(500),
  note: shortText(500),
});

/** Checked in full by the markup policy's own schema. */
const Rules = z.array(z.unknown()).min(1).max(500);
const AnyMeter = z
  .string()
  .max(64)
  .refine(isMeterName, "must be a known meter or an operator-defined x_… meter");

export const SimulateMarkupInput = z.strictObject({
  offering: OfferingName,
  meter: AnyMeter.optional(),
  /** A draft; default the rules in force. */
  rules: Rules.optional(),
});

export const DryRunPolicyInput = z.strictObject({
  rules: Rules,
  days: z.int().min(1).max(30).default(30),
  customer: shortText(200).optional(),
  offering: OfferingName.optional(),
});
