import { must, type Nanos, nanos, rateUsage } from "@ratebook/core";
import { policiesUnderContracts } from "../contracts/past-terms.ts";
import type { Ctx } from "../ctx.ts";
import {
  compilerOf,
  eachPastEvents,
  isPricedByList,
  PAST_EVENTS_MAX,
  type PastEvent,
  policiesByVersion,
  storedPools,
} from "../usage/past-events.ts";
import { type PriceChange, withChange } from "./with-change.ts";

/** What a change would have meant for one customer. */
export type CustomerImpact = {
  customerId: string;
  name: string;
  events: number;
  /** What the meter's lines cost, and would have cost at the proposed price. */
  before: Nanos;
  after: Nanos;
  /** `after − before`: above 0 the customer would have paid more. */
  difference: Nanos;
};

/** What a change would have meant for those who used the offering in the last 30 days. */
export type BlastRadius = {
  from: Date;
  to: Date;
  /** Events of the offering that used the meter. */
  events: number;
  before: Nanos;
  after: Nanos;
  difference: Nanos;
  /** The most affected first, at most 50. */
  customers: CustomerImpact[];
  /** All of them. */
  customerCount: number;
  /** Events that would have had no price at all. */
  unpriced: number;
  /** Events left out: their amount was not decided by rates alone. */
  skipped: number;
  /** Usage of the offering that still waits for a price. */
  parked: number;
  /** False where there were more events than are looked at. */
  complete: boolean;
};

/**
 * Prices the lines of a meter in the last 30 days' events once more, as if the proposed price had been in force then,
 * each under the versions that priced it. Exact to the nano; nothing is written.
 */
export async function blastRadius(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  change: PriceChange,
): Promise<BlastRadius> {
  const to = ctx.clock();
  const from = new Date(to.getTime() - WINDOW_MS);
  const policies = await policiesByVersion(ctx);
  const under = policiesUnderContracts();
  const compile = compilerOf((offering) => withChange(offering, change));
  const byCustomer = new Map<string, { events: number; before: bigint; after: bigint }>();
  let unpriced = 0;
  let skipped = 0;

  const lookAt = async (event: PastEvent) => {
    if (!isPricedByList(event)) {
      skipped += 1;
      return;
    }
    const { catalogueVersion, policyVersion, contract, occurredAt: at, dimensions, billing } = event;
    const pinned = { catalogueVersion, policyVersion, contract };
    const priced = await ctx.catalogue.atVersion(change.offering, pinned, at);
    // A price lock keeps the change from its customer.
    if (priced === null || priced.costs !== undefined) return;
    const policy = under(
      must(policies.get(policyVersion), "a policy that priced an event is never deleted"),
      priced.contract,
    );
    const usage = { pools: storedPools(ctx, event), dimensions, billing, at, unlisted: "allow" } as const;
    const rated = rateUsage(compile(priced.offering, policy), usage);
    const before = event.lines.reduce(
      (sum, line) =>
        line.kind === "usage" && (line.ratedAs ?? line.meter) === change.meter
          ? sum + BigInt(line.amount)
          : sum,
      0n,
    );
    if (!rated.ok) {
      unpriced += 1;
      return;
    }
    const lines = rated.value.lines.filter((line) => line.kind === "usage" && line.ratedAs === change.meter);
    if (lines.length === 0 && before === 0n) return;
    const impact = byCustomer.get(event.customerId) ?? { events: 0, before: 0n, after: 0n };
    byCustomer.set(event.customerId, {
      events: impact.events + 1,
      before: impact.before + before,
      after: impact.after + lines.reduce((sum, { amount }) => sum + amount, 0n),
    });
  };
  const { complete } = await eachPastEvents(
    ctx,
    { from, to, by: "recorded", offering: change.offering, limit: PAST_EVENTS_MAX },
    async (events) => {
      for (const event of events) await lookAt(event);
    },
  );
  const impacts = [...byCustomer].map(([customerId, impact]) => ({ customerId, ...impact }));
  const sum = (of: "events" | "before" | "after") =>
    impacts.reduce((total, impact) => total + BigInt(impact[of]), 0n);
  const [before, after] = [sum("before"), sum("after")];
  return {
    from,
    to,
    events: Number(sum("events")),
    before: nanos(before),
    after: nanos(after),
    difference: nanos(after - before),
    customers: await named(ctx, impacts),
    customerCount: impacts.length,
    unpriced,
    skipped,
    parked: await parkedOf(ctx, change.offering),
    complete,
  };
}

async function named(
  { sql }: Pick<Ctx, "sql">,
  impacts: readonly { customerId: string; events: number; before: bigint; after: bigint }[],
): Promise<CustomerImpact[]> {
  const size = (it: { before: bigint; after: bigint }) =>
    it.after > it.before ? it.after - it.before : it.before - it.after;
  const most = impacts
    .toSorted((a, b) =>
      size(a) === size(b) ? (a.customerId < b.customerId ? -1 : 1) : size(a) > size(b) ? -1 : 1,
    )
    .slice(0, CUSTOMERS_MAX);
  const rows = await sql<{ id: string; name: string }[]>`
    select id, name from ratebook.customer where id = any(${most.map(({ customerId }) => customerId)}::uuid[])`;
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return most.map(({ customerId, events, before, after }) => ({
    customerId,
    name: names.get(customerId) ?? customerId,
    events,
    before: nanos(before),
    after: nanos(after),
    difference: nanos(after - before),
  }));
}

async function parkedOf({ sql }: Pick<Ctx, "sql">, offering: string): Promise<number> {
  const [row] = await sql<{ parked: number }[]>`
    select count(*)::int as parked from ratebook.usage_event u
    where u.state = 'parked' and u.offering = ${offering}
      and not exists (select from ratebook.entry e
        where e.ref_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket and e.kind = 'debit')`;
  return row?.parked ?? 0;
}

const WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
const CUSTOMERS_MAX = 50;
