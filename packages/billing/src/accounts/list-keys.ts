import { err, ok, type Result } from "@ratebook/core";
import { apiKey } from "@ratebook/db/schema";
import { desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { keyManagementDenied } from "./create-key.ts";
import type { KeyKind } from "./key-rules.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/** A key as it may be shown: never its text or hash. */
export type ListedKey = {
  id: string;
  kind: KeyKind;
  customerId: string | null;
  name: string;
  prefix: string;
  lastFour: string;
  scopes: string[];
  /** Null: as many as any key of its kind. */
  requestsPerMinute: number | null;
  /** Until when the text before the last rotation opens it too; may be past. */
  previousUntil: Date | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

/** Keys of a customer, or, for an operator who names none, the platform's own. Newest first, at most 500. */
export async function listKeys(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<ListedKey[], ResolveCustomerError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  const own = actor.kind !== "member" && input.customer === undefined;
  const customer = own ? ok(null) : await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.db
    .select({
      id: apiKey.id,
      kind: apiKey.kind,
      customerId: apiKey.customerId,
      name: apiKey.name,
      prefix: apiKey.prefix,
      lastFour: apiKey.lastFour,
      scopes: apiKey.scopes,
      requestsPerMinute: apiKey.requestsPerMinute,
      previousUntil: apiKey.previousUntil,
      createdAt: apiKey.createdAt,
      expiresAt: apiKey.expiresAt,
      revokedAt: apiKey.revokedAt,
      lastUsedAt: apiKey.lastUsedAt,
    })
    .from(apiKey)
    .where(customer.value === null ? isNull(apiKey.customerId) : eq(apiKey.customerId, customer.value.id))
    .orderBy(desc(apiKey.id))
    .limit(500);
  return ok(rows);
}
