import { err, must, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { customer } from "@ratebook/db/schema";
import { eq, type SQL } from "drizzle-orm";
import { type Actor, hasScope } from "../actor.ts";
import { openAlerts } from "../alerts/alert-levels.ts";
import type { Ctx } from "../ctx.ts";
import { openWallet } from "../ledger/open-wallet.ts";
import { recordAudit } from "./record-audit.ts";

export type CustomerDetails = {
  name: string;
  /** Kept as it is where absent. */
  email?: string | null | undefined;
  metadata?: Record<string, unknown> | undefined;
};

export type UpsertCustomerInput = CustomerDetails & {
  /** The platform's own id. */
  externalId: string;
};

/** A customer as the doors show it. */
export type Customer = {
  id: string;
  externalId: string | null;
  name: string;
  email: string | null;
  metadata: Record<string, unknown>;
  createdAt: Date;
};

export type CustomerWriteError = { kind: "access_denied"; message: string };

/**
 * Creates the customer with this external id, with a wallet, or brings its details up to date. Repeating it changes
 * nothing, and two calls at once create one customer. Our own id names the customer it names everywhere else: a second
 * one with that text as its external id could never be reached.
 */
export async function upsertCustomer(
  ctx: Ctx,
  actor: Actor,
  input: UpsertCustomerInput,
): Promise<Result<Customer & { created: boolean }, CustomerWriteError>> {
  if (!hasScope(actor, "customers:write")) return err(DENIED);
  const { externalId, ...details } = input;
  return inTransaction(ctx.db, async (tx) => {
    if (UUID.test(externalId)) {
      const known = await updateCustomer(ctx, tx, actor, eq(customer.id, externalId.toLowerCase()), details);
      if (known !== null) return ok({ ...known, created: false });
    }
    const created = await insertCustomer(ctx, tx, actor, { id: ctx.newId(), externalId, ...details });
    if (created !== null) return ok({ ...created, created: true });
    const updated = await updateCustomer(ctx, tx, actor, eq(customer.externalId, externalId), details);
    return ok({ ...must(updated, "what an insert conflicts with is there"), created: false });
  });
}

/**
 * Creates a customer without an external id, as an operator or the sign-up of a person does.
 *
 * @param input.id given where the customer's organization exists already; repeating it answers the first one
 */
export async function createCustomer(
  ctx: Ctx,
  actor: Actor,
  input: CustomerDetails & { id?: string },
): Promise<Result<Customer, CustomerWriteError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") return err(DENIED);
  const id = input.id ?? ctx.newId();
  return inTransaction(ctx.db, async (tx) => {
    const created = await insertCustomer(ctx, tx, actor, { ...input, id, externalId: null });
    if (created !== null) return ok(created);
    const [earlier] = await tx.select(columns).from(customer).where(eq(customer.id, id));
    if (earlier === undefined) throw new Error(`customer ${id} conflicted and then was not there`);
    return ok(shown(earlier));
  });
}

type NewCustomer = CustomerDetails & { id: string; externalId: string | null };

async function insertCustomer(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  { id, externalId, name, email, metadata }: NewCustomer,
): Promise<Customer | null> {
  const now = ctx.clock();
  const [row] = await tx
    .insert(customer)
    .values({
      id,
      externalId,
      name,
      email: email ?? null,
      metadata: metadata ?? {},
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning(columns);
  if (row === undefined) return null;
  await openWallet(tx, id);
  await openAlerts(tx, id, now);
  const after = { name, email: email ?? null, externalId };
  await recordAudit(ctx, tx, actor, { action: "customer.create", subject: id, customerId: id, after });
  return shown(row);
}

async function updateCustomer(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  which: SQL,
  { name, email, metadata }: CustomerDetails,
): Promise<Customer | null> {
  const [before] = await tx.select(columns).from(customer).where(which).for("update");
  if (before === undefined) return null;
  const after = {
    name,
    email: email === undefined ? before.email : email,
    metadata: metadata === undefined ? before.metadata : metadata,
  };
  const same =
    before.name === after.name &&
    before.email === after.email &&
    JSON.stringify(before.metadata) === JSON.stringify(after.metadata);
  if (same) return shown(before);
  const [row] = await tx
    .update(customer)
    .set({ ...after, updatedAt: ctx.clock() })
    .where(eq(customer.id, before.id))
    .returning(columns);
  await recordAudit(ctx, tx, actor, {
    action: "customer.update",
    subject: before.id,
    customerId: before.id,
    before: { name: before.name, email: before.email },
    after: { name: after.name, email: after.email },
  });
  return shown(row ?? before);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const columns = {
  id: customer.id,
  externalId: customer.externalId,
  name: customer.name,
  email: customer.email,
  metadata: customer.metadata,
  createdAt: customer.createdAt,
};

type CustomerRow = Omit<Customer, "metadata"> & { metadata: unknown };

const shown = (row: CustomerRow): Customer => ({
  ...row,
  metadata:
    typeof row.metadata === "object" && row.metadata !== null
      ? Object.fromEntries(Object.entries(row.metadata))
      : {},
});

const DENIED = {
  kind: "access_denied",
  message: "This credential may not create or change customers.",
} as const;
