import { DAY_MS, dailyBurn, dayText, type Nanos, nanos, runwayMs, type ShutdownNotice } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { readMoment } from "../read-moment.ts";
import { type ResourceKind, readKinds } from "./kinds.ts";
import { dailyCost } from "./price-resource.ts";

/** How long a customer's credits last, and why. */
export type Runway = {
  customerId: string;
  available: Nanos;
  debt: Nanos;
  /** Resources that run, and could be stopped. */
  running: number;
  /** What they and stored bytes cost a day, at the prices of now. */
  infrastructureDaily: Nanos;
  /** Whether some of what runs or is stored has no price, and is in no amount. */
  hasUnpriced: boolean;
  /** Other usage a day, lately; as far as it is rolled up, which is at most a minute behind. */
  usageDaily: Nanos;
  /** Ran since the last bill. */
  accrued: Nanos;
  /** Whether some of that has no price, and is in no amount. */
  accruedHasUnpriced: boolean;
  /** Null where nothing is being spent; 0 or less where the credits are gone. */
  runwayMs: bigint | null;
  notice: ShutdownNotice;
  episode: number;
  mailFailedAt: Date | null;
};

/** The runway of many customers; of customers without a wallet none. */
export async function readRunways(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  customerIds: readonly string[],
): Promise<Map<string, Runway>> {
  if (customerIds.length === 0) return new Map();
  const now = ctx.clock();
  const kinds = await readKinds(ctx);
  // Of one moment: a day debited between two looks would be missing from the credits and count as accrued as well.
  const { wallets, used, burns } = await readMoment(ctx, async (sql) => ({
    wallets: await readRows({ sql }, customerIds),
    used: await readAmounts({ sql }, customerIds, now),
    burns: await readBurns({ sql }, customerIds, kinds, now),
  }));
  const byCustomer = Map.groupBy(used, ({ customerId }) => customerId);
  const runways = new Map<string, Runway>();
  for (const wallet of wallets) {
    const cost = await costOf(ctx, kinds, byCustomer.get(wallet.customerId) ?? []);
    const usageDaily = burns.get(wallet.customerId) ?? nanos(0n);
    const daily = nanos(cost.infrastructureDaily + usageDaily);
    const { available, debt } = wallet;
    runways.set(wallet.customerId, {
      ...cost,
      customerId: wallet.customerId,
      available,
      debt,
      usageDaily,
      runwayMs: runwayMs({ available, debt, accrued: cost.accrued, daily }),
      notice: noticeOf(wallet),
      episode: wallet.episode,
      mailFailedAt: wallet.mailFailedAt,
    });
  }
  return runways;
}

type NoticeRow = {
  state: ShutdownNotice["state"];
  warnedAt: Date | null;
  deliveredAt: Date | null;
  stoppingAt: Date | null;
  stoppedAt: Date | null;
};

type WalletRow = NoticeRow & {
  customerId: string;
  available: Nanos;
  debt: Nanos;
  episode: number;
  mailFailedAt: Date | null;
};

const readRows = ({ sql }: Pick<Ctx, "sql">, customerIds: readonly string[]) => sql<WalletRow[]>`
  select w.account_id as "customerId", w.balance - w.held as available, w.debt,
    coalesce(n.state, 'active') as state, coalesce(n.episode, 0) as episode, n.warned_at as "warnedAt",
    n.delivered_at as "deliveredAt", n.stopping_at as "stoppingAt", n.stopped_at as "stoppedAt",
    n.mail_failed_at as "mailFailedAt"
  from unnest(${[...customerIds]}::uuid[]) as c(id)
  join ratebook.wallet w on w.bucket = ratebook.bucket_of(c.id) and w.account_id = c.id
  left join ratebook.shutdown_notice n on n.customer_id = c.id`;

/** What each customer uses a day beside its resources. */
async function readBurns(
  { sql }: Pick<Ctx, "sql">,
  customerIds: readonly string[],
  kinds: ReadonlyMap<string, ResourceKind>,
  now: Date,
): Promise<Map<string, Nanos>> {
  const today = dayText(now);
  const ofResources = [...kinds.values()].flatMap(({ offering, setup }) => [
    offering,
    setup?.offering ?? offering,
  ]);
  const rows = await sql<{ customerId: string; past: Nanos; pastDays: number; today: Nanos }[]>`
    select q.account_id as "customerId",
      coalesce(sum(q.amount) filter (where q.day < ${today}::date), 0)::int8 as past,
      coalesce(${today}::date - min(q.day), 0)::int as "pastDays",
      coalesce(sum(q.amount) filter (where q.day = ${today}::date), 0)::int8 as today
    from unnest(${[...customerIds]}::uuid[]) as c(id)
    join ratebook.usage_day_offering q on q.bucket = ratebook.bucket_of(c.id) and q.account_id = c.id
      and q.day between ${today}::date - 7 and ${today}::date and q.offering <> all(${ofResources}::text[])
    group by q.account_id`;
  return new Map(rows.map(({ customerId, ...use }) => [customerId, dailyBurn(use)]));
}

type Amount = {
  customerId: string;
  kind: string;
  running: number;
  /** Weight of what runs now, or bytes. */
  amount: bigint;
  /** Weight × milliseconds that ran and are not billed. */
  unbilled: bigint;
};

/**
 * What each customer has of each kind now, and what of it ran since the first day that is not debited: a crash between a
 * day's debit and its being written off leaves `next_day` one behind.
 */
async function readAmounts(
  { sql }: Pick<Ctx, "sql">,
  customerIds: readonly string[],
  now: Date,
): Promise<Amount[]> {
  const rows = await sql<(Omit<Amount, "unbilled"> & { unbilled: string })[]>`
  select r.customer_id as "customerId", r.kind, count(*) filter (where x.running)::int as running,
    coalesce(sum(coalesce(r.last_bytes, x.weight)), 0)::int8 as amount,
    coalesce(sum(coalesce(x.unbilled, r.last_bytes
      * greatest(${dayText(now)}::date - f.day + 1, 0) * ${DAY_MS}::numeric)), 0)::text as unbilled
  from ratebook.resource r
  cross join lateral (
    select r.next_day + case when (r.next_day < ${dayText(now)}::date or r.state = 'deleted') and exists (
      select from ratebook.entry e
      where e.op_id = ratebook.derived_op_id('resource-day', r.id || ':' || to_char(r.next_day, 'YYYY-MM-DD'))
        and (e.account_id = r.customer_id) is true) then 1 else 0 end as day) f
  left join lateral (
    select bool_or(u.ended_at is null) as running, sum(u.weight) filter (where u.ended_at is null) as weight,
      sum(u.weight * greatest(trunc(extract(epoch from least(coalesce(u.ended_at, ${now}), ${now})
        - greatest(u.started_at, f.day::timestamp at time zone 'UTC')) * 1000), 0)) as unbilled
    from ratebook.resource_run u
    where u.resource_id = r.id and (u.ended_at is null or u.ended_at > f.day::timestamp at time zone 'UTC')) x on true
  where r.customer_id = any(${[...customerIds]}::uuid[]) and r.next_day is not null
  group by r.customer_id, r.kind`;
  return rows.map((row) => ({ ...row, unbilled: BigInt(row.unbilled) }));
}

type Costs = Pick<
  Runway,
  "running" | "infrastructureDaily" | "hasUnpriced" | "accrued" | "accruedHasUnpriced"
>;

async function costOf(
  ctx: Pick<Ctx, "catalogue" | "clock">,
  kinds: ReadonlyMap<string, ResourceKind>,
  amounts: readonly Amount[],
): Promise<Costs> {
  let [running, daily, accrued, hasUnpriced, accruedHasUnpriced] = [0, 0n, 0n, false, false];
  for (const { kind: name, amount, unbilled, running: count, customerId } of amounts) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    running += count;
    const cost = await dailyCost(ctx, kind, amount, customerId);
    if (cost === null) hasUnpriced = true;
    daily += cost ?? 0n;
    // What ran, as the part of a day it is; at the price of now, because it is a forecast.
    const ran = await dailyCost(ctx, kind, (unbilled + BigInt(DAY_MS) - 1n) / BigInt(DAY_MS), customerId);
    if (ran === null) accruedHasUnpriced = true;
    accrued += ran ?? 0n;
  }
  return {
    running,
    infrastructureDaily: nanos(daily),
    hasUnpriced,
    accrued: nanos(accrued),
    accruedHasUnpriced,
  };
}

/** The notice a row stands for. The table's checks make the instants of each state present. */
function noticeOf({ state, warnedAt, deliveredAt, stoppingAt, stoppedAt }: NoticeRow): ShutdownNotice {
  if (state === "active" || warnedAt === null) return { state: "active" };
  if (state === "warned" || deliveredAt === null || stoppingAt === null) {
    return { state: "warned", warnedAt, deliveredAt };
  }
  const stopping = { warnedAt, deliveredAt, stoppingAt };
  return state === "stopping" || stoppedAt === null
    ? { state: "stopping", ...stopping }
    : { state: "stopped", ...stopping, stoppedAt };
}
