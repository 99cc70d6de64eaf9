import {
  type BillingMode,
  type CompiledOffering,
  compileOffering,
  type Dimensions,
  type MarkupPolicy,
  must,
  type Nanos,
  type Pools,
  poolsFromQuantities,
  type RatedOffering,
} from "@ratebook/core";
import { readPolicies } from "../catalog/markup-policies.ts";
import type { Ctx } from "../ctx.ts";
import { allowLongRead } from "../read-moment.ts";
import { readLines, type StoredLine } from "./stored-line.ts";

/** A rated event as it is stored. */
export type PastEvent = {
  customerId: string;
  opId: string;
  offering: string;
  pools: Record<string, string>;
  dimensions: Dimensions;
  billing: BillingMode;
  lines: readonly StoredLine[];
  amount: Nanos;
  catalogueVersion: number;
  policyVersion: number;
  contract: string | null;
  agentId: string | null;
  appId: string | null;
  keyId: string | null;
  userId: string | null;
  occurredAt: Date;
};

export type PastEventsFilter = {
  /** Half-open window of when the event happened, or `recorded`: of when it was taken in. */
  from: Date;
  to: Date;
  by: "occurred" | "recorded";
  offering?: string | null | undefined;
  customerId?: string | null | undefined;
  /** Events read at most. */
  limit: number;
};

/**
 * Reads rated events that a price list priced, a few hundred at a time, in the order they were taken in; `each` is
 * awaited between two batches. Nothing is written.
 *
 * @returns whether all there were have been read
 */
export async function eachPastEvents(
  { sql }: Pick<Ctx, "sql">,
  filter: PastEventsFilter,
  each: (events: PastEvent[]) => Promise<void>,
): Promise<{ events: number; complete: boolean }> {
  const { from, to, by, offering = null, customerId = null, limit } = filter;
  // An event is never taken in before it happens, except by clocks that differ.
  const recordedFrom = by === "recorded" ? from : new Date(from.getTime() - DAY_MS);
  let events = 0;
  // A portal lives as long as its transaction, also behind a pooler.
  await sql.begin("read only", async (tx) => {
    await allowLongRead(tx);
    const rows = tx<(Omit<PastEvent, "lines"> & { lines: unknown })[]>`
      select account_id as "customerId", op_id as "opId", offering, pools, dimensions, billing, lines, amount,
        catalogue_version as "catalogueVersion", policy_version as "policyVersion", contract, agent_id as "agentId",
        app_id as "appId", key_id as "keyId", user_id as "userId", occurred_at as "occurredAt"
      from ratebook.usage_event
      where state = 'rated' and offering is not null and catalogue_version is not null and policy_version is not null
        and created_at >= ${recordedFrom} and (${by} = 'recorded' or (occurred_at >= ${from} and occurred_at < ${to}))
        and (${by} = 'occurred' or created_at < ${to})
        and (${offering}::text is null or offering = ${offering})
        and (${customerId}::uuid is null or account_id = ${customerId})
      order by created_at, account_id, op_id limit ${limit + 1}`;
    for await (const batch of rows.cursor(BATCH)) {
      const wanted = batch.slice(0, limit - events).map((row) => ({ ...row, lines: readLines(row.lines) }));
      events += wanted.length;
      if (wanted.length > 0) await each(wanted);
      if (wanted.length < batch.length) {
        events = limit + 1;
        break;
      }
    }
  });
  return { events: Math.min(events, limit), complete: events <= limit };
}

/**
 * Whether an event's amount follows from its pools and a price list alone. What a hold's policy or a named amount
 * decided does not, nor what was borrowed from a provider's dearest rates.
 */
export const isPricedByList = ({ lines }: Pick<PastEvent, "lines">): boolean =>
  lines.every(
    (line) =>
      (line.kind === "usage" && line.conservative !== true) ||
      line.kind === "fee" ||
      line.kind === "volume" ||
      (line.kind === "outcome" && line.policy === "reported"),
  );

/** Pools of a stored event. Its meters stay defined, so they read back as they were counted. */
export function storedPools(
  { catalogue }: Pick<Ctx, "catalogue">,
  { pools }: { pools: Record<string, string> },
): Pools {
  const read = poolsFromQuantities(pools, (meter) => catalogue.meter(meter) ?? undefined);
  return must(
    read.ok ? read.value : null,
    "the pools of a stored event were counted by a meter that stays defined",
  );
}

/** Every version of the markup rules, by number. */
export async function policiesByVersion({
  sql,
}: Pick<Ctx, "sql">): Promise<ReadonlyMap<number, MarkupPolicy>> {
  const versions = await readPolicies(sql, { limit: 10_000 });
  return new Map(versions.map(({ version, policy }) => [version, policy]));
}

/** Compiles each set of rates once under each policy, however many events it prices. */
export function compilerOf(
  change: (offering: RatedOffering) => RatedOffering,
): (offering: RatedOffering, policy: MarkupPolicy) => CompiledOffering {
  const known = new Map<RatedOffering, Map<MarkupPolicy, CompiledOffering>>();
  return (offering, policy) => {
    const byPolicy = known.get(offering) ?? new Map<MarkupPolicy, CompiledOffering>();
    if (byPolicy.size === 0) known.set(offering, byPolicy);
    const kept = byPolicy.get(policy);
    if (kept !== undefined) return kept;
    const compiled = compileOffering(change(offering), policy);
    byPolicy.set(policy, compiled);
    return compiled;
  };
}

/** Enough for a person to judge by; a busier window is cut, and says so. */
export const PAST_EVENTS_MAX = 100_000;
const BATCH = 500;
const DAY_MS = 24 * 60 * 60 * 1000;
