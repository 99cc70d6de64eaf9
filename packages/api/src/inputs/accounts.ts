import type { CustomerFilter, Scope } from "@ratebook/billing";
import { z } from "zod";
import { BudgetTerms, spendingWish } from "./budgets.ts";
import { ExternalId, Limit, Metadata, plainText, shortText } from "./text.ts";

/** Names a customer by our id or the platform's. */
export const CustomerRef = z.strictObject({ customer: ExternalId.optional() });

// Spelled out, so that forms in a browser do not load the billing package; the type keeps both lists alike.
export const CUSTOMER_FILTERS = [
  "owing",
  "suspended",
  "warned",
  "auto_top_up",
  "contract",
] as const satisfies readonly CustomerFilter[];

export const ListCustomersInput = z.strictObject({
  search: plainText(200).optional(),
  filter: z.enum(CUSTOMER_FILTERS).optional(),
  limit: Limit,
  cursor: z.uuid().optional(),
});

export const CustomerBody = z.strictObject({
  name: shortText(200).meta({ description: "Shown to people", example: "Acme Inc." }),
  email: z.email().max(254).nullish().meta({ description: "Kept as it is where absent" }),
  metadata: Metadata.optional(),
});
export const UpsertCustomerInput = CustomerBody.extend({ externalId: ExternalId });

export const AgentBody = z.strictObject({
  name: shortText(200).meta({ example: "Research agent" }),
  metadata: Metadata.optional(),
  customer: ExternalId.optional(),
  ...spendingWish,
});
export const UpsertAgentInput = AgentBody.extend({ id: ExternalId, budget: BudgetTerms.optional() });

export const AppBody = AgentBody.extend({ slug: shortText(100).optional() });
export const UpsertAppInput = AppBody.extend({ id: ExternalId, budget: BudgetTerms.optional() });

// Spelled out, so that forms in a browser do not load the billing package; the type keeps both lists alike.
const scopes = [
  "read",
  "usage:write",
  "usage:backfill",
  "usage:any",
  "customers:write",
  "webhooks:write",
  "catalog:submit",
  "clock:tick",
] as const satisfies readonly Scope[];

const requestsPerMinute = z.int().min(1).max(1_000_000);

const KeyBody = z.strictObject({
  kind: z.enum(["customer", "service", "worker"]),
  customer: ExternalId.optional(),
  name: shortText(100),
  scopes: z.array(z.enum(scopes)).min(1),
  expiresAt: z.coerce.date().nullish(),
});
export const CreateKeyInput = KeyBody.extend({
  requestsPerMinute: requestsPerMinute.nullish(),
  budget: BudgetTerms.optional(),
});
export const ChangeKeyInput = z.strictObject({
  id: z.uuid().toLowerCase(),
  name: shortText(100).optional(),
  scopes: z.array(z.enum(scopes)).min(1).optional(),
  budget: BudgetTerms.optional(),
  requestsPerMinute: requestsPerMinute.nullish(),
  expiresAt: z.coerce.date().nullish(),
});
export const RotateKeyInput = z.strictObject({
  id: z.uuid().toLowerCase(),
  overlapHours: z.int().min(0).max(168).optional().meta({
    description: "How long the key's text until now works too; a day where absent",
  }),
});
export const ImportKeyInput = KeyBody.extend({
  hash: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex"),
  prefix: shortText(12),
  lastFour: shortText(4),
});
export const RevokeKeyInput = z.strictObject({ id: z.uuid() });

export const InviteMemberInput = z.strictObject({
  customer: ExternalId,
  email: z.email().max(254),
  role: z.enum(["owner", "admin", "member"]),
});

export const MailsInput = z.strictObject({
  state: z.enum(["kept", "sent", "failed"]).optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});
export const MailInput = z.strictObject({ id: z.uuid().toLowerCase() });

export const SetTimeZoneInput = z.strictObject({ customer: ExternalId.optional(), timeZone: shortText(64) });

export const PageInput = z.strictObject({ limit: Limit, cursor: z.uuid().optional() });
const Part = plainText(200).optional();
export const ListAuditInput = PageInput.extend({
  customer: ExternalId.optional(),
  search: Part,
  by: Part,
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
