import { err, formatUsd, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import {
  autoTopUp,
  paymentOrder,
  railCustomer,
  sandboxObject,
  savedCard,
  x402Settlement,
} from "@ratebook/db/schema";
import { and, eq, isNull, notInArray, type SQL, sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { RevokeOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import { applyOrder } from "./apply-order.ts";
import { saveAutoTopUp } from "./auto-top-up-settings.ts";
import { failOrder } from "./fail-order.ts";
import { sumClaims } from "./read-claims.ts";

export type SandboxPurge = {
  /** Purchases that are purged now. */
  purchases: number;
  /** Credits that were unspent and are gone, bonus included. */
  taken: Nanos;
  /** Purchases whose credits open holds still cover: run it again when those have ended. */
  held: number;
};

/**
 * Takes away what is unspent of every purchase that was paid with test cards or a test chain's tokens, by postings of
 * its own: entries stay, and the books balance. What was spent stays spent; nobody owes for it. Then forgets the
 * sandbox's customers and cards, and switches off the auto top-up that charged them.
 *
 * Each purchase is a transaction of its own, so it may be stopped and run again; a purchase is purged once.
 */
export async function purgeSandbox(
  ctx: Ctx,
  actor: Actor,
): Promise<Result<SandboxPurge, { kind: "access_denied"; message: string }>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const done: SandboxPurge = { purchases: 0, taken: nanos(0n), held: 0 };
  for (const purge of [purgeOrder, purgeTokens]) {
    for (const id of await purge.ids(ctx))
      count(done, await inTransaction(ctx.db, (tx) => purge.one(ctx, tx, id)));
  }
  await endOpenOrders(ctx);
  await forgetCards(ctx, actor);
  await recordAudit(ctx, ctx.db, actor, {
    action: "sandbox.purge",
    subject: "sandbox",
    after: { purchases: done.purchases, taken: formatUsd(done.taken), held: done.held },
  });
  return ok(done);
}

/** How many purchases `purgeSandbox` would look at. */
export async function countSandboxPurchases(ctx: Ctx): Promise<number> {
  return (await purgeOrder.ids(ctx)).length + (await purgeTokens.ids(ctx)).length;
}

/** Null: nothing to do any more. `held`: nothing was marked, because holds still cover some of it. */
type Purged = { taken: bigint; held: boolean } | null;
type Purge = {
  ids: (ctx: Ctx) => Promise<string[]>;
  one: (ctx: Ctx, tx: Transaction, id: string) => Promise<Purged>;
};

const purgeOrder: Purge = {
  ids: async ({ db }) => {
    const where = and(
      eq(paymentOrder.test, true),
      isNull(paymentOrder.purgedAt),
      eq(paymentOrder.state, "settled"),
    );
    const rows = await db.select({ id: paymentOrder.id }).from(paymentOrder).where(where);
    return rows.map(({ id }) => id);
  },
  one: async (ctx, tx, id) => {
    const [order] = await tx.select().from(paymentOrder).where(eq(paymentOrder.id, id)).for("update");
    if (order === undefined || order.purgedAt !== null) return null;
    const now = ctx.clock();
    const { firmCents } = await sumClaims(tx, id);
    // Everything is set aside as by a dispute: what is unspent goes, what is spent is nobody's debt.
    const { applied } = await applyOrder(tx, order, { firmCents, frozenCents: order.amountCents }, { now });
    const taken =
      applied.creditsTakenNanos + applied.bonusTakenNanos - order.creditsTakenNanos - order.bonusTakenNanos;
    const held = await coveredByHolds(
      tx,
      order.customerId,
      sql`select op_id from ratebook.payment_posting
      where order_id = ${id}`,
    );
    await tx
      .update(paymentOrder)
      .set({ ...applied, version: order.version + 1, dueAt: null, ...(!held && { purgedAt: now }) })
      .where(eq(paymentOrder.id, id));
    return { taken, held };
  },
};

const purgeTokens: Purge = {
  ids: async (ctx) => {
    const rows = await ctx.sql<{ id: string }[]>`
      select s.id from ratebook.x402_settlement s join ratebook.entry e on e.op_id = s.op_id
      where s.state = 'settled' and s.purged_at is null and e.contra = 'clearing:sandbox'`;
    return rows.map(({ id }) => id);
  },
  one: async (ctx, tx, id) => {
    const [row] = await tx.select().from(x402Settlement).where(eq(x402Settlement.id, id)).for("update");
    if (row === undefined || row.opId === null || row.purgedAt !== null) return null;
    const now = ctx.clock();
    const taken = await takeGrant(tx, row.customerId, row.opId, now);
    const held = await coveredByHolds(tx, row.customerId, sql`select ${row.opId}::uuid`);
    if (!held) await tx.update(x402Settlement).set({ purgedAt: now }).where(eq(x402Settlement.id, id));
    return { taken, held };
  },
};

/** Revokes what a grant has left, free of holds. */
async function takeGrant(tx: Transaction, account: string, grantId: string, now: Date): Promise<bigint> {
  const [grant] = await tx.execute<{ amount: bigint; before: number }>(sql`
    select g.amount, (select count(*)::int from ratebook.entry e
      where e.ref_id = g.grant_id and e.account_id = g.account_id and e.kind = 'revoke') as before
    from ratebook."grant" g where g.grant_id = ${grantId}::uuid and g.account_id = ${account}::uuid`);
  const { amount, before } = must(grant, "a settlement's grant is never deleted");
  const revoke = async (wanted: bigint) => {
    const terms = `purge ${grantId} ${wanted}`;
    const op: RevokeOp = {
      kind: "revoke",
      account,
      // A later run, after holds have ended, is another posting.
      opId: opId("sandbox-purge", `${grantId}:${before}`),
      meaningHash: meaningHash({ operation: "grant", customerId: account, terms }),
      ref: grantId,
      amount: nanos(wanted),
      contra: "clearing:sandbox",
      allowDebt: false,
    };
    const [posted] = await postWithin(tx, [op], now);
    return must(posted, "one operation is answered once");
  };
  const whole = await revoke(amount);
  if (whole.kind === "done") return amount;
  if (whole.kind !== "insufficient") throw new Error(`a test purchase could not be taken: ${whole.kind}`);
  if (whole.available <= 0n) return 0n;
  const part = await revoke(whole.available);
  if (part.kind !== "done") throw new Error(`a test purchase could not be taken: ${part.kind}`);
  return whole.available;
}

/** True where open holds keep some of these grants' credits. */
async function coveredByHolds(tx: Transaction, account: string, grants: SQL): Promise<boolean> {
  const [row] = await tx.execute<{ covered: boolean }>(sql`
    select w.held > 0 and exists (select from ratebook."grant" g
      where g.bucket = w.bucket and g.account_id = w.account_id and g.remaining > 0 and g.grant_id in (${grants})) as covered
    from ratebook.wallet w
    where w.bucket = ratebook.bucket_of(${account}::uuid) and w.account_id = ${account}::uuid`);
  return row?.covered ?? false;
}

function count(done: SandboxPurge, purged: Purged): void {
  if (purged === null) return;
  done.taken = nanos(done.taken + purged.taken);
  if (purged.held) done.held += 1;
  else done.purchases += 1;
}

/** Pages that were open at the sandbox lead nowhere now. */
async function endOpenOrders(ctx: Ctx): Promise<void> {
  const rows = await ctx.db
    .select({ id: paymentOrder.id })
    .from(paymentOrder)
    .where(and(eq(paymentOrder.test, true), notInArray(paymentOrder.state, ["settled", "failed"])));
  const reason = { code: "purged", message: "Test purchases were purged." };
  for (const { id } of rows) await inTransaction(ctx.db, (tx) => failOrder(tx, id, reason, ctx.clock()));
}

/** Nobody is charged by a rule that was agreed to for a test card. */
async function forgetCards(ctx: Ctx, actor: Actor): Promise<void> {
  const rules = await ctx.db
    .select({ customer: autoTopUp.customerId })
    .from(autoTopUp)
    .innerJoin(railCustomer, eq(railCustomer.customerId, autoTopUp.customerId))
    .where(and(eq(autoTopUp.enabled, true), eq(railCustomer.gateway, "sandbox")));
  for (const { customer } of rules) {
    const off = await saveAutoTopUp(ctx, actor, { customer, enabled: false });
    if (!off.ok) throw new Error(`auto top-up of ${customer} could not be switched off: ${off.error.kind}`);
  }
  await inTransaction(ctx.db, async (tx) => {
    await tx.delete(savedCard).where(eq(savedCard.gateway, "sandbox"));
    await tx.delete(railCustomer).where(eq(railCustomer.gateway, "sandbox"));
    await tx.delete(sandboxObject);
  });
}
