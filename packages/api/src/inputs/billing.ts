import type { Outcome } from "@ratebook/billing";
import {
  Dimensions,
  decimalTextFromScientific,
  type Nanos,
  nanos,
  parseUsd,
  USAGE_FORMATS,
} from "@ratebook/core";
import { z } from "zod";
import { ExternalId, Limit, Metadata, plainText, shortText } from "./text.ts";

/** How a held call ended. */
// Spelled out, so that forms in a browser do not load the billing package; the type keeps both lists alike.
export const OutcomeName = z.enum([
  "completed",
  "client_aborted",
  "upstream_error",
  "timeout",
  "incomplete",
  "no_usage",
] as const satisfies readonly Outcome[]);

/** Names an operation for ever. */
export const IdempotencyKey = plainText(255)
  .min(1)
  .meta({ description: "Names this operation for ever; UUIDv7 keys keep the index small" });

/** Dollars as decimal text, or as the number a JSON document shows; read through its text, never computed with. */
export const UsdInput = z.union([plainText(64), z.number()]).transform((value, ctx): Nanos => {
  // A number prints with an exponent below a millionth; text has to be plain.
  const plain = typeof value === "number" ? decimalTextFromScientific(String(value), 18) : null;
  const amount = parseUsd(plain?.ok ? plain.value : String(value));
  if (amount.ok) return amount.value;
  ctx.addIssue({ code: "custom", message: amount.error.message });
  return z.NEVER;
});

const Instant = z.iso.datetime({ offset: true }).meta({ description: "Default: now" });
const Id = shortText(200);
const EARLIEST = new Date("2000-01-01T00:00:00Z");

const namedOffering = {
  offering: shortText(265)
    .optional()
    .meta({ description: "`provider/model`, or an alias of it", example: "openai/gpt-5.2" }),
  provider: shortText(64).optional(),
  model: shortText(200).optional(),
};

const reportedUsage = {
  usage: z
    .strictObject({ format: z.enum(USAGE_FORMATS), raw: z.unknown() })
    .optional()
    .meta({ description: "The provider's usage object as it came" }),
  quantities: z
    .record(plainText(64), z.union([plainText(40), z.number()]))
    .refine((value) => Object.keys(value).length > 0, "must name at least one meter")
    .refine((value) => Object.keys(value).length <= 64, "must name at most 64 meters")
    .optional()
    .meta({
      description: "Exclusive quantities by meter",
      example: { input_tokens: 1200, output_tokens: 350 },
    }),
  dimensions: Dimensions.optional(),
};

const eventContext = {
  occurredAt: Instant.optional(),
  agentId: Id.optional(),
  appId: Id.optional(),
  userId: Id.optional(),
  metadata: Metadata.optional(),
};

const Billing = z.enum(["platform", "byok"]).optional();
const customer = ExternalId.optional();

/** A usage event on the REST wire. */
export const UsageBody = z
  .strictObject({
    customer,
    ...namedOffering,
    ...reportedUsage,
    ...eventContext,
    quoteId: plainText(1_000).optional(),
    holdId: z.uuid().toLowerCase().optional(),
    billing: Billing,
    mode: z.enum(["record", "gate"]).optional(),
    platformAmount: UsdInput.optional().meta({
      description: "Dollars the platform itself took for it; kept beside shadow events, for comparison",
    }),
    idempotencyKey: IdempotencyKey.optional(),
  })
  .meta({ id: "UsageEvent" });

/** The same through the typed client: instants are dates, whole quantities may be bigints. */
const typed = {
  occurredAt: z
    .union([z.date(), Instant.transform((text) => new Date(text))])
    .refine((instant) => instant >= EARLIEST, "must not be before the year 2000")
    .optional(),
  quantities: z
    .record(plainText(64), z.union([plainText(40), z.number(), z.bigint()]))
    .refine((value) => Object.keys(value).length > 0, "must name at least one meter")
    .refine((value) => Object.keys(value).length <= 64, "must name at most 64 meters")
    .optional(),
};

const NotNegative = z
  .bigint()
  .nonnegative()
  .max(1_000_000_000n * 1_000_000_000n)
  .transform(nanos);

export const DebitInput = UsageBody.extend({
  ...typed,
  platformAmount: z.union([NotNegative, UsdInput]).optional(),
  idempotencyKey: IdempotencyKey,
  shadow: z.boolean().optional(),
});

/** Events are parsed one by one by the procedure, so that a bad one hides no other. */
export const DebitBatchInput = z.strictObject({
  customer,
  shadow: z.boolean().optional(),
  events: z.array(z.custom<z.input<typeof DebitInput>>()).max(1_000),
});

/** What the batch route lets through; the document shows the event's schema for each. */
export const UsageBatchBody = z.strictObject({
  customer,
  events: z
    .array(z.unknown().meta({ override: { $ref: "#/components/schemas/UsageEvent" } }))
    .min(1)
    .max(1_000),
});

const TtlSeconds = z.int().min(1).max(86_400).meta({ description: "Default 900; at most 24 hours" });

const holdFields = { customer, ...namedOffering, ...reportedUsage, ...eventContext };
export const HoldBody = z
  .strictObject({
    ...holdFields,
    amount: UsdInput.optional().meta({ description: "Dollars to set aside; else what the usage would cost" }),
    ttlSeconds: TtlSeconds.optional(),
    idempotencyKey: IdempotencyKey.optional(),
  })
  .omit({ occurredAt: true });
export const HoldInput = HoldBody.extend({
  quantities: typed.quantities,
  amount: NotNegative.optional(),
  idempotencyKey: IdempotencyKey,
});

const HoldId = z.uuid().toLowerCase();
export const SettleBody = z.strictObject({
  ...holdFields,
  outcome: OutcomeName,
  amount: UsdInput.optional().meta({ description: "Dollars the call cost, instead of usage" }),
  billing: Billing,
  idempotencyKey: IdempotencyKey.optional(),
});
export const SettleInput = SettleBody.extend({
  ...typed,
  holdId: HoldId,
  amount: NotNegative.optional(),
});

export const ExtendBody = z.strictObject({
  customer,
  ttlSeconds: TtlSeconds,
  idempotencyKey: IdempotencyKey.optional(),
});
export const ExtendInput = ExtendBody.extend({ holdId: HoldId });
export const ReleaseBody = z.strictObject({ customer }).optional();
export const ReleaseInput = z.strictObject({ customer, holdId: HoldId });

export const QuoteBody = z.strictObject({
  customer,
  ...namedOffering,
  ...reportedUsage,
  billing: Billing,
  ttlSeconds: z.int().min(1).max(900).optional(),
});
export const QuoteInput = QuoteBody.extend({ quantities: typed.quantities });

export const GrantBody = z.strictObject({
  amount: UsdInput,
  reason: shortText(500),
  category: z
    .enum(["promotional", "credit_line", "purchased"])
    .default("promotional")
    .meta({ description: "`purchased` is refused here: only a settlement credits purchased money" }),
  expiresAt: Instant.nullish().meta({ description: "Default: never" }),
  priority: z.int().min(0).max(1_000).optional(),
  idempotencyKey: IdempotencyKey.optional(),
});
export const GrantInput = GrantBody.extend({
  customer,
  amount: z.bigint().transform(nanos),
  expiresAt: z.union([z.date(), Instant.transform((text) => new Date(text))]).nullish(),
  idempotencyKey: IdempotencyKey,
});

export const TakeInput = z.strictObject({
  customer: ExternalId,
  amount: z.bigint().positive().transform(nanos),
  reason: shortText(500),
  idempotencyKey: IdempotencyKey,
});
/** Below 0: credits taken away. */
export const PreviewAdjustmentInput = z.strictObject({
  customer: ExternalId,
  amount: z
    .bigint()
    .refine((amount) => amount !== 0n, "must not be 0")
    .transform(nanos),
  category: z.enum(["promotional", "credit_line"]).optional(),
  expiresAt: z.date().nullish(),
  priority: z.int().min(0).max(1_000).optional(),
});

const Seq = z
  .string()
  .regex(/^\d{1,18}$/, "is not a cursor of this list")
  .optional();

export const TransactionsQuery = z.strictObject({
  limit: Limit,
  cursor: Seq,
  hours: z.coerce.number().int().min(1).max(87_600).optional(),
  type: z.enum(["credit", "debit", "refund", "clawback", "hold"]).optional(),
});
export const TransactionsInput = z.strictObject({ customer, ...TransactionsQuery.shape });

export const HoldsQuery = z.strictObject({ limit: Limit, cursor: plainText(100).optional() });
export const HoldsInput = z.strictObject({ customer, ...HoldsQuery.shape });

export const USAGE_GROUPS = ["day", "offering", "provider", "agent", "app", "key", "user", "event"] as const;
export const UsageQuery = z.strictObject({
  from: Instant.optional(),
  to: Instant.optional(),
  groupBy: z.enum([...USAGE_GROUPS, "model"]).default("day"),
  limit: Limit,
  cursor: plainText(1_000).optional(),
});
const When = z.union([z.date(), Instant.transform((text) => new Date(text))]).optional();
export const UsageInput = z.strictObject({ customer, ...UsageQuery.shape, from: When, to: When });

export const ReceiptInput = z.strictObject({ customer, id: z.uuid().toLowerCase() });
export const ParkedInput = z.strictObject({
  customer,
  limit: Limit,
  cursor: plainText(200).optional(),
});
export const RateParkedInput = z.strictObject({
  dryRun: z.boolean(),
  offering: shortText(265).optional(),
  limit: Limit.default(200),
  cursor: plainText(200).optional(),
});
