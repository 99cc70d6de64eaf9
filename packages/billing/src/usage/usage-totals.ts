import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { DIMENSION_SQL, type Dimension } from "../analytics/dimension.ts";
import { usageFrom } from "../analytics/usage-source.ts";
import type { Ctx } from "../ctx.ts";
import { MICROS, readCursor, TEXT, UUID, writeCursor } from "./cursor.ts";
import { resolveReadable } from "./resolve-readable.ts";
import type { InvalidField } from "./usage-error.ts";

/** What usage is added up by; `event` lists every event by itself. */
export type UsageGroup = "day" | "offering" | "provider" | "agent" | "app" | "key" | "user" | "event";

/** Usage of one day, offering, agent …, or one event. */
export type UsageRow = {
  /** `2026-11-22`, an offering, an agent's id …; null where the events name none; an event's id. */
  key: string | null;
  /** Reports of usage; corrections and daily bills are none, their amounts count. */
  events: number;
  /** Daily bills of infrastructure. */
  bills: number;
  /** Of both, those that wait for a price, and add nothing to the amount. */
  parked: number;
  amount: Nanos;
  /** What the upstream lists for it. */
  upstream: Nanos;
  /** Of one event only. */
  event: UsageEventRow | null;
};

export type UsageEventRow = {
  offering: string | null;
  state: "rated" | "parked";
  reason: string | null;
  quantities: Record<string, string>;
  agentId: string | null;
  appId: string | null;
  keyId: string | null;
  userId: string | null;
  metadata: Record<string, unknown>;
  occurredAt: Date;
};

export type UsageTotalsInput = {
  customer?: string | undefined;
  /** Default: 30 UTC days, the one `to` is in included. */
  from?: Date | undefined;
  /** Exclusive. Default: now. */
  to?: Date | undefined;
  groupBy: UsageGroup;
  limit: number;
  cursor?: string | undefined;
};

export type UsageTotals = {
  customerId: string;
  from: Date;
  to: Date;
  groupBy: UsageGroup;
  items: UsageRow[];
  nextCursor: string | null;
};

/**
 * Adds a customer's usage up, corrections included, by the instant it occurred; days are UTC. Groups come in the order of
 * their keys. An interval of whole days or quarters of an hour is read from rollups, any other from the entries.
 */
export async function usageTotals(
  ctx: Ctx,
  actor: Actor,
  input: UsageTotalsInput,
): Promise<Result<UsageTotals, ResolveCustomerError | InvalidField>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const to = input.to ?? new Date(ctx.clock().getTime() + 1);
  const from = input.from ?? dayStart(to, 1 - DEFAULT_DAYS);
  if (from >= to) return err({ kind: "validation_error", field: "from", message: "must be before to" });
  const range = { id: customer.value.id, from, to, limit: input.limit };
  const { groupBy } = input;
  const after = readCursor(input.cursor, groupBy === "event" ? [MICROS, UUID] : [TEXT]);
  if (!after.ok) return after;
  const page =
    groupBy === "event"
      ? await listEvents(ctx, range, after.value)
      : await addUp(ctx, range, groupBy, after.value[0] ?? null);
  return ok({ customerId: range.id, from, to, groupBy, ...page });
}

type Range = { id: string; from: Date; to: Date; limit: number };
type Page = { items: UsageRow[]; nextCursor: string | null };
type GroupRow = {
  key: string;
  events: bigint;
  bills: bigint;
  parked: bigint;
  amount: Nanos;
  upstream: Nanos;
};

async function addUp(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  { id, from, to, limit }: Range,
  groupBy: Exclude<UsageGroup, "event">,
  after: string | null,
): Promise<Page> {
  const dimension = groupBy === "day" ? null : DIMENSIONS[groupBy];
  const by = sql.unsafe(dimension === null ? DAY : DIMENSION_SQL[dimension]);
  const scope = {
    customerId: id,
    from,
    to: untilNow(to, clock()),
    filters: {},
    dimensions: dimension === null ? [] : [dimension],
    utcDays: true,
  };
  // Usage that names nothing comes first, under the empty key.
  const rows = await sql<GroupRow[]>`
    select ${by} as key, sum(u.requests)::int8 as events, sum(u.bills)::int8 as bills, sum(u.parked)::int8 as parked,
      sum(u.amount)::int8 as amount, sum(u.upstream + u.byok_upstream)::int8 as upstream
    ${usageFrom(sql, scope)} and (${after}::text is null or ${by} collate "C" > ${after})
    group by 1 order by ${by} collate "C" limit ${limit + 1}`;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ key, events, bills, parked, ...sums }) => ({
      key: key === "" ? null : key,
      events: Number(events),
      bills: Number(bills),
      parked: Number(parked),
      ...sums,
      event: null,
    })),
    nextCursor: rows.length > shown.length && last ? writeCursor([last.key]) : null,
  };
}

/** Whole days are read from rollups, and nothing is dated after now: an end that is not past is the end of its day. */
const untilNow = (to: Date, now: Date): Date => (to < now ? to : dayStart(to, 1));

const dayStart = (at: Date, daysLater: number): Date =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + daysLater));

async function listEvents(
  { sql }: Pick<Ctx, "sql">,
  { id, from, to, limit }: Range,
  after: readonly string[],
): Promise<Page> {
  const [micros = null, opId = null] = after;
  const rows = await sql<(UsageEventRow & { id: string; at: string; amount: Nanos; upstream: Nanos })[]>`
    select op_id as id, offering, state, park_reason as reason, pools as quantities, agent_id as "agentId",
      app_id as "appId", key_id as "keyId", user_id as "userId", metadata, occurred_at as "occurredAt", amount,
      list_cost as upstream, (extract(epoch from occurred_at) * 1000000)::int8::text as at
    from ratebook.usage_event
    where bucket = ratebook.bucket_of(${id}::uuid) and account_id = ${id} and occurred_at >= ${from}
      and occurred_at < ${to} and (${micros}::int8 is null or (occurred_at, op_id) <
        ('epoch'::timestamptz + ${micros}::int8 * interval '1 microsecond', ${opId}::uuid))
    order by occurred_at desc, op_id desc limit ${limit + 1}`;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ id: key, at: _at, amount, upstream, ...event }) => ({
      key,
      events: 1,
      bills: 0,
      parked: event.state === "parked" ? 1 : 0,
      amount,
      upstream,
      event,
    })),
    nextCursor: rows.length > shown.length && last ? writeCursor([last.at, last.id]) : null,
  };
}

const DAY = "to_char(u.at at time zone 'UTC', 'YYYY-MM-DD')";
const DIMENSIONS: { [group in Exclude<UsageGroup, "day" | "event">]: Dimension } = {
  offering: "model",
  provider: "provider",
  agent: "agent",
  app: "app",
  key: "key",
  user: "member",
};
const DEFAULT_DAYS = 30;
