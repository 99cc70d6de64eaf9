import {
  err,
  liftLevel,
  must,
  nanos,
  ok,
  type Result,
  type ShutdownAction,
  type ShutdownNotice,
  stepNotice,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource, shutdownNotice } from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { rollWallet } from "../ledger/roll-wallet.ts";
import { watchRise } from "../ledger/watch-rise.ts";
import { cancelStops, issueIntent } from "./intents.ts";
import { type Runway, readRunways } from "./read-runways.ts";
import { alarmFailedMails, tellStep } from "./tell-shutdown.ts";

/** What watching works with. */
export type WatchCtx = Pick<
  Ctx,
  "sql" | "db" | "clock" | "newId" | "catalogue" | "mailer" | "jobs" | "log" | "publicUrl"
>;

export type WatchedRunways = {
  customers: number;
  warned: number;
  cancelled: number;
  stopping: number;
  /** Where the next step goes on; null at the end. */
  next: string | null;
};

/**
 * Looks at the runway of customers with resources, a page of them at a time, and takes each notice its next step: warns,
 * withdraws, or has resources stopped. Safe to run twice and on two servers at once.
 */
export async function watchRunways(
  ctx: WatchCtx,
  { after = null, limit = 500 }: { after?: string | null; limit?: number } = {},
): Promise<WatchedRunways> {
  if (after === null) {
    // A stop is decided at the prices of now, published here or elsewhere.
    await ctx.catalogue.refresh();
    await alarmFailedMails(ctx);
  }
  const rows = await ctx.sql<{ id: string }[]>`
    select id from (
      select distinct customer_id as id from ratebook.resource where next_day is not null
      union select customer_id from ratebook.shutdown_notice where state <> 'active') watched
    where (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`;
  const ids = rows.map(({ id }) => id);
  const runways = await readRunways(ctx, ids);
  const done: WatchedRunways = { customers: ids.length, warned: 0, cancelled: 0, stopping: 0, next: null };
  for (const id of ids) {
    const runway = runways.get(id);
    if (runway === undefined) continue;
    const action = await takeStep(ctx, runway);
    if (action === "warn") done.warned += 1;
    if (action === "cancel") done.cancelled += 1;
    if (action === "stop") done.stopping += 1;
  }
  return { ...done, next: ids.length === limit ? (ids.at(-1) ?? null) : null };
}

/**
 * The same for one customer, at once: after a top-up, a change of a resource, and before a stop is carried out.
 *
 * @returns the runway it was decided on
 */
export async function watchCustomer(ctx: WatchCtx, customerId: string): Promise<Runway> {
  await rollWallet(ctx, customerId, ctx.clock());
  const runway = must((await readRunways(ctx, [customerId])).get(customerId), "a customer has a wallet");
  await takeStep(ctx, runway);
  return runway;
}

async function takeStep(ctx: WatchCtx, runway: Runway): Promise<ShutdownAction> {
  const facts = { now: ctx.clock(), runwayMs: runway.runwayMs, running: runway.running };
  const { notice, action } = stepNotice(runway.notice, facts);
  if (notice !== runway.notice || action !== null) {
    const kept = await inTransaction(ctx.db, (tx) => keepStep(ctx, tx, runway, notice, action));
    // Another server took this step, or credits came in since: the next round looks again.
    if (!kept.ok) return null;
  }
  return action;
}

/** Writes a step where notice and credits still stand as they were read, with what follows from it. */
async function keepStep(
  ctx: WatchCtx,
  tx: Transaction,
  runway: Runway,
  decided: ShutdownNotice,
  action: ShutdownAction,
): Promise<Result<null, { kind: "moved_on" }>> {
  const { customerId, notice: before } = runway;
  await tx.insert(shutdownNotice).values({ customerId, state: "active", episode: 0 }).onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(shutdownNotice)
    .where(eq(shutdownNotice.customerId, customerId))
    .for("update");
  const locked = must(row, "the row was made just now at the latest");
  // Another episode may have come to the same state meanwhile.
  if (locked.state !== before.state || locked.episode !== runway.episode) return err({ kind: "moved_on" });
  // From here on every credit is announced, so none falls between this look and the next.
  const worth = await watchRise(tx, customerId, levelOf(runway, decided));
  if (worth > runway.available - runway.debt) return err({ kind: "moved_on" });
  const notice = action === "warn" ? delivered(decided, ctx.clock()) : decided;
  const begins = action === "warn" && before.state !== "warned";
  const episode = locked.episode + (begins ? 1 : 0);
  await tx
    .update(shutdownNotice)
    .set({
      state: notice.state,
      episode,
      warnedAt: "warnedAt" in notice ? notice.warnedAt : null,
      deliveredAt: "deliveredAt" in notice ? notice.deliveredAt : null,
      stoppingAt: "stoppingAt" in notice ? notice.stoppingAt : null,
      stoppedAt: "stoppedAt" in notice ? notice.stoppedAt : null,
      ...(begins && { mailFailedAt: null }),
    })
    .where(eq(shutdownNotice.customerId, customerId));
  if (action === "stop") await issueStops(ctx, tx, customerId);
  if (action === "cancel") await cancelStops(tx, customerId, ctx.clock());
  await tellStep(ctx, tx, { runway, notice, action, episode });
  return ok(null);
}

const levelOf = ({ accrued, infrastructureDaily, usageDaily }: Runway, notice: ShutdownNotice) =>
  liftLevel(notice, { accrued, daily: nanos(infrastructureDaily + usageDaily) });

/** A warning is delivered with the step that writes it: it is shown, and handed to the mail queue, when that commits. */
const delivered = (notice: ShutdownNotice, at: Date): ShutdownNotice =>
  notice.state === "warned" ? { ...notice, deliveredAt: at } : notice;

async function issueStops(ctx: WatchCtx, tx: Transaction, customerId: string): Promise<void> {
  const running = await tx
    .select()
    .from(resource)
    .where(
      and(
        eq(resource.customerId, customerId),
        eq(resource.state, "running"),
        sql`exists (select from ratebook.resource_run x where x.resource_id = ${resource.id} and x.ended_at is null)`,
      ),
    );
  for (const row of running) await issueIntent(ctx, tx, row, "stop", "credits");
}
