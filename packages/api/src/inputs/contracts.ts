import type { ContractState } from "@ratebook/billing";
import { z } from "zod";
import { PricePreviewInput } from "./pricing.ts";
import { anyText, ExternalId, Limit, plainText, shortText } from "./text.ts";

/** Checked in full by the schema of contract terms. */
const Terms = z.record(z.string(), z.unknown());
const Version = z.int().positive();

// Spelled out, so that forms in a browser do not load the billing package; the type keeps both lists alike.
export const CONTRACT_STATES = ["active", "scheduled", "ended"] as const satisfies readonly ContractState[];

export const ContractsInput = z.strictObject({
  customer: ExternalId.optional(),
  search: shortText(200).optional(),
  state: z.enum(CONTRACT_STATES).optional(),
  plan: plainText(64).optional(),
  /** Only those that end within so many days. */
  endsWithinDays: z.int().min(1).max(3650).optional(),
  limit: Limit,
  cursor: Version.optional(),
});

export const SetContractInput = z.strictObject({
  customer: ExternalId,
  terms: Terms,
  /** Default: now. */
  validFrom: z.date().optional(),
  validUntil: z.date().nullable().default(null),
  /** The version that this one ends when it begins. */
  replaces: Version.optional(),
  plan: plainText(64).optional(),
  note: shortText(500),
});

export const EndContractInput = z.strictObject({
  version: Version,
  at: z.date().optional(),
  reason: shortText(500),
});

export const SavePlanInput = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be a short lower-case id"),
  name: shortText(100),
  description: anyText(500).default(""),
  terms: Terms,
  retired: z.boolean().default(false),
  /** Refuses to change a plan that is there already. */
  isNew: z.boolean().default(false),
});

export const DryRunContractInput = z.strictObject({
  customer: ExternalId,
  terms: Terms,
  days: z.int().min(1).max(30).default(30),
});

export const SimulateContractInput = PricePreviewInput.extend({
  customer: ExternalId,
  /** Default: the contract that holds now. */
  terms: Terms.optional(),
});

export const OwnTermsInput = z.strictObject({ customer: ExternalId.optional() });
export const CreditLineInput = OwnTermsInput.extend({ limit: Limit.default(12) });
