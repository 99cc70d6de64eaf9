import {
  err,
  must,
  ok,
  type Result,
  type ShutdownAction,
  type ShutdownNotice,
  stepNotice,
  stopsAt,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource, shutdownNotice } from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { rollWallet } from "../ledger/roll-wallet.ts";
import { cancelStops, issueIntent } from "./intents.ts";
import { measureUsage } from "./measure-usage.ts";
import { type Runway, readRunways } from "./read-runways.ts";
import { alarmFailedMail, tellWarning, tellWithdrawal } from "./tell-shutdown.ts";

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
  const rows = await ctx.sql<{ id: string }[]>`
    select id from (
      select distinct customer_id as id from ratebook.resource where next_day is not null
      union select customer_id from ratebook.shutdown_notice where state <> 'active') watched
    where (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`;
  const ids = rows.map(({ id }) => id);
  await measureUsage(ctx, ids);
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
  await measureUsage(ctx, [customerId]);
  const runway = must((await readRunways(ctx, [customerId])).get(customerId), "a customer has a wallet");
  await takeStep(ctx, runway);
  return runway;
}

async function takeStep(ctx: WatchCtx, runway: Runway): Promise<ShutdownAction> {
  const facts = { now: ctx.clock(), runwayMs: runway.runwayMs, running: runway.running };
  const { notice, action } = stepNotice(runway.notice, facts);
  if (notice !== runway.notice || action !== null) {
    const kept = await inTransaction(ctx.db, (tx) => keepStep(ctx, tx, runway, notice, action));
    // Another server took this step, or the notice moved on: the next round looks again.
    if (!kept.ok) return null;
    const { episode } = kept.value;
    const at = stopsAt(notice, facts.now, runway.runwayMs);
    if (action === "warn") await deliverWarning(ctx, runway, episode, at ?? facts.now);
    if (action === "cancel") await tellWithdrawal(ctx, runway.customerId, episode, notice.state === "active");
  }
  if (notice.state !== "active" && runway.mailFailedAt === null)
    await alarmFailedMail(ctx, runway.customerId);
  return action;
}

type Step = Result<{ episode: number }, { kind: "moved_on" }>;

/** Writes a step where the notice still stands as it was read, with what follows from it. */
async function keepStep(
  ctx: WatchCtx,
  tx: Transaction,
  { customerId, notice: before }: Runway,
  notice: ShutdownNotice,
  action: ShutdownAction,
): Promise<Step> {
  const [row] = await tx
    .select()
    .from(shutdownNotice)
    .where(eq(shutdownNotice.customerId, customerId))
    .for("update");
  const locked = must(row, "the usage of every customer looked at was measured, which makes its row");
  if (locked.state !== before.state) return err({ kind: "moved_on" });
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
  return ok({ episode });
}

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

/** A warning counts from when it is kept where the customer reads it; until then it is tried again. */
async function deliverWarning(ctx: WatchCtx, runway: Runway, episode: number, stops: Date): Promise<void> {
  await tellWarning(ctx, runway, episode, stops);
  await ctx.sql`
    update ratebook.shutdown_notice set delivered_at = ${ctx.clock()}
    where customer_id = ${runway.customerId} and episode = ${episode} and state = 'warned' and delivered_at is null`;
}
