import { z } from "zod";
import { MODALITIES } from "../meter/meters.ts";
import { isMeterName } from "../meter/pools.ts";
import { isStorable, NOT_STORABLE } from "../stored-text.ts";

/** Exact decimal text, as a source prints it: no sign, no exponent, at most 18 places. */
export const DecimalText = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,18})?$/, 'must be plain decimal text such as "0.15"');

const Text = z.string().min(1).max(512).refine(isStorable, NOT_STORABLE);

/** A provider or model name as used in an offering id `provider/model`. */
export const ProviderName = Text.max(64).regex(
  /^[a-z0-9][a-z0-9._-]*$/,
  "must be lower-case letters, digits, dots, dashes",
);
export const ModelName = Text.max(200).regex(/^[^\s]+$/, "must not contain white space");

export const MeterName = z
  .string()
  .max(64)
  .refine(isMeterName, "must be a known meter or an operator-defined x_… meter");

const Instant = z.iso.datetime({ offset: true });
const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be "HH:MM" in UTC');

/** Conditions under which a rate applies; every one present must hold. */
export const Conditions = z.strictObject({
  service_tier: z.enum(["standard", "batch", "flex", "priority"]).optional(),
  total_input_tokens_above: z.int().positive().optional(),
  utc_from: ClockTime.optional(),
  utc_to: ClockTime.optional(),
  audio: z.boolean().optional(),
  resolution: Text.max(64).optional(),
  size: Text.max(64).optional(),
  quality: Text.max(64).optional(),
  mode: Text.max(64).optional(),
  duration_seconds: z.int().positive().optional(),
  tier: Text.max(64).optional(),
  region: Text.max(64).optional(),
});
export type Conditions = z.infer<typeof Conditions>;

/** Dimensions a request names; they are matched against a rate's conditions. */
export const Dimensions = Conditions.omit({ total_input_tokens_above: true, utc_from: true, utc_to: true });
export type Dimensions = z.infer<typeof Dimensions>;

/** One price: `usd` for `per` units of `meter`, in the source's own unit. */
export const DocumentRate = z.strictObject({
  meter: MeterName,
  usd: DecimalText,
  per: z.int().positive().max(1_000_000_000),
  when: Conditions.default({}),
  /** Place in the source document: a JSON pointer or a selector. */
  where: Text.optional(),
  validFrom: Instant.nullish(),
  validUntil: Instant.nullish(),
  /** True only where the source says the thing costs nothing; a bare 0 is never a price. */
  free: z.boolean().optional(),
  /** Least quantity billed on a line. */
  minimum: DecimalText.optional(),
  /** The quantity is rounded up to a multiple of this. */
  increment: DecimalText.optional(),
  /** Quantity of each event that is not billed. */
  included: DecimalText.optional(),
  /** What the operator pays for `per` units, where it differs from the list price; used only for margin. */
  ownCost: DecimalText.optional(),
});
export type DocumentRate = z.infer<typeof DocumentRate>;

export const Quantities = z.partialRecord(MeterName, DecimalText.or(z.number().nonnegative()));

/** A model as one provider bills it, with its rates. */
export const DocumentOffering = z.strictObject({
  provider: ProviderName,
  model: ModelName,
  modality: z.enum(MODALITIES),
  name: Text.optional(),
  aliases: z.array(ModelName).max(100).default([]),
  /** Whether it is sold here; undefined leaves the choice to the listing rules. */
  listed: z.boolean().optional(),
  /** What "a default request" costs in summaries. */
  defaultRequest: z.strictObject({ quantities: Quantities, dimensions: Dimensions.optional() }).optional(),
  /** Address of the page the prices were read from, and the day they were last checked there. */
  sourceUrl: z.url().optional(),
  checkedAt: Instant.optional(),
  deprecatedAt: Instant.nullish(),
  rates: z.array(DocumentRate).max(1000),
});
export type DocumentOffering = z.infer<typeof DocumentOffering>;

/** Operator-defined meter. */
export const DocumentMeter = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^x_[a-z0-9_]+$/, "must start with x_"),
  unit: Text.max(32),
  integer: z.boolean(),
});

/**
 * What a price source says, in Ratebook's form. The wire form of an operator's own rates as well.
 *
 * The shape alone: parsePriceDocument also checks what the fields say together.
 */
export const PriceDocument = z.strictObject({
  source: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'must be a source id such as "openrouter"'),
  asOf: Instant,
  currency: z.literal("USD", "only USD is supported; convert or leave the document out"),
  meters: z.array(DocumentMeter).max(200).default([]),
  offerings: z.array(DocumentOffering).max(20_000),
});
export type PriceDocument = z.infer<typeof PriceDocument>;
