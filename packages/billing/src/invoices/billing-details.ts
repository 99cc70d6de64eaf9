import { ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { billingDetails, customer as customerTable } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolvePayer } from "../top-up/payer.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { DocumentText } from "./document-text.ts";

/** Who buys, as invoices name it. */
export const BillingDetails = z.strictObject({
  name: DocumentText,
  email: z.email().max(254).nullable().default(null),
  address: z.array(DocumentText).max(8).default([]),
  country: DocumentText.nullable().default(null),
  vatId: DocumentText.nullable().default(null),
});
export type BillingDetails = z.infer<typeof BillingDetails>;

/** What a customer's next invoice will say of it: what was saved, else the organization's name and address. */
export async function getBillingDetails(
  ctx: Ctx,
  actor: Actor,
  { customer }: { customer?: string | undefined },
): Promise<Result<BillingDetails, ResolveCustomerError>> {
  const resolved = await resolveReadable(ctx, actor, customer);
  return resolved.ok ? ok(await readBillingDetails(ctx.db, resolved.value.id)) : resolved;
}

/** Saves them for documents issued from now on; issued ones keep what they say. */
export async function saveBillingDetails(
  ctx: Ctx,
  actor: Actor,
  { customer, ...details }: BillingDetails & { customer?: string | undefined },
): Promise<Result<BillingDetails, ResolveCustomerError>> {
  const resolved = await resolvePayer(ctx, actor, customer);
  if (!resolved.ok) return resolved;
  const values = { ...details, updatedAt: ctx.clock() };
  await ctx.db
    .insert(billingDetails)
    .values({ customerId: resolved.value.id, ...values })
    .onConflictDoUpdate({ target: billingDetails.customerId, set: values });
  return ok(details);
}

/** The details of a customer that exists, read within whatever the caller is in. */
export async function readBillingDetails(
  db: Pick<Transaction, "select">,
  customerId: string,
): Promise<BillingDetails> {
  const [saved] = await db.select().from(billingDetails).where(eq(billingDetails.customerId, customerId));
  if (saved !== undefined) {
    const { name, email, address, country, vatId } = saved;
    return { name, email, address, country, vatId };
  }
  const [row] = await db.select().from(customerTable).where(eq(customerTable.id, customerId));
  return {
    name: row?.name ?? customerId,
    email: row?.email ?? null,
    address: [],
    country: null,
    vatId: null,
  };
}
