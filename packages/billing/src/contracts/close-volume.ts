import { must, type Nanos, nanos, volumeDue } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { contractVolume, contractVolumeClose } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Query } from "../catalog/publication.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { allowLongRead } from "../read-moment.ts";
import { meaningHash } from "../usage/meaning.ts";
import { readLines } from "../usage/stored-line.ts";
import { readContracts } from "./contract-version.ts";

/** What closing months did. */
export type ClosedVolumes = { closed: number; given: Nanos };

type Month = { customerId: string; discountId: string; month: string };
type Counted = Month & { events: bigint; given: bigint; closedEvents: bigint };

/**
 * Closes months of volume discounts three days after their end: computes what the tiers come to with every event at its
 * exact place in the ledger's order, and grants what concurrent debits and roundings left. With it a month's discounts are
 * exactly the tiers' amount. It never takes anything, and gives nothing more for an event that was given back in full.
 *
 * An event that arrives later makes its month due again; only what is new is given. Safe to run twice and on two machines:
 * the count of events guards the closing, and the grant's id is the closing's.
 *
 * @throws AggregateError at the end, where months could not be closed: one month's trouble keeps no other customer waiting
 */
export async function closeVolumeMonths(ctx: Ctx, limit = 100): Promise<ClosedVolumes> {
  const before = new Date(ctx.clock().getTime() - GRACE_MS).toISOString().slice(0, 7);
  const due = await ctx.sql<Month[]>`
    select customer_id as "customerId", discount_id as "discountId", month::text as month from ratebook.contract_volume
    where events > closed_events and month < ${`${before}-01`}::date order by month, customer_id, discount_id limit ${limit}`;
  let [closed, given] = [0, 0n];
  const failures: unknown[] = [];
  for (const month of due) {
    try {
      const gave = await closeMonth(ctx, month);
      if (gave === null) continue;
      closed += 1;
      given += gave;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} months of volume discounts could not be closed`);
  }
  return { closed, given: nanos(given) };
}

/** Null where another closing or a late event came between; the next run does it. */
async function closeMonth(ctx: Ctx, month: Month): Promise<bigint | null> {
  const counted = await ctx.sql.begin("isolation level repeatable read read only", async (tx) => {
    await allowLongRead(tx);
    const row = await readCount(tx, month);
    return { row, due: await dueOf(tx, month), before: await closedBefore(tx, month) };
  });
  const { row, before } = counted;
  // Less where an event was given back after an earlier closing had given for it.
  const already = row.given + before;
  const open = counted.due < already ? 0n : counted.due - already;
  const due = already + open;
  const key = `${month.customerId}:${month.discountId}:${month.month}:${row.events}`;
  const grant = open > 0n ? grantOf(month, key, nanos(open)) : null;
  return inTransaction(ctx.db, async (tx) => {
    // First, because debits lock the wallet before they count.
    if (grant !== null) {
      const [posted] = await postWithin(tx, [grant], ctx.clock());
      if (posted?.kind !== "done") return null;
    }
    const { customerId, discountId } = month;
    const won = await tx
      .update(contractVolume)
      .set({ closedEvents: row.events })
      .where(
        and(
          eq(contractVolume.customerId, customerId),
          eq(contractVolume.discountId, discountId),
          eq(contractVolume.month, month.month),
          eq(contractVolume.closedEvents, row.closedEvents),
        ),
      )
      .returning();
    if (won.length === 0) throw new Error(`volume of ${key} was closed at the same time`);
    await tx.insert(contractVolumeClose).values({
      ...month,
      events: row.events,
      due,
      given: row.given,
      closedBefore: before,
      grantOpId: grant?.opId ?? null,
      closedAt: ctx.clock(),
    });
    return open;
  });
}

async function readCount(tx: Query, { customerId, discountId, month }: Month): Promise<Counted> {
  const [row] = await tx<Counted[]>`
    select events, given, closed_events as "closedEvents" from ratebook.contract_volume
    where customer_id = ${customerId} and discount_id = ${discountId} and month = ${month}`;
  return must(row, "a count is never deleted");
}

async function closedBefore(tx: Query, { customerId, discountId, month }: Month): Promise<bigint> {
  const [row] = await tx<{ sum: bigint }[]>`
    select coalesce(sum(due - given - closed_before), 0)::int8 as sum from ratebook.contract_volume_close
    where customer_id = ${customerId} and discount_id = ${discountId} and month = ${month}`;
  return row?.sum ?? 0n;
}

/** The month's discount lines once more, each at its exact place. */
async function dueOf(tx: Query, { customerId, discountId, month }: Month): Promise<bigint> {
  const contracts = await readContracts(tx, { customerId, limit: 10_000 });
  const discounts = new Map(
    contracts.map(({ label, terms }) => [label, terms.discounts.find(({ id }) => id === discountId)]),
  );
  const sum = volumeDue();
  // A quote fixes the month it was given in, so its event may have happened in another.
  const rows = tx<{ lines: unknown; contract: string; returned: boolean }[]>`
    select u.lines, u.contract,
      u.amount > 0 and u.amount <= ratebook.given_back(u.bucket, u.account_id, u.op_id) as returned
    from ratebook.usage_event u
    join ratebook.entry e on e.op_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket
    where u.bucket = ratebook.bucket_of(${customerId}::uuid) and u.account_id = ${customerId} and u.contract is not null
      and ((u.occurred_at >= ${month}::date::timestamp at time zone 'UTC'
          and u.occurred_at < (${month}::date + interval '1 month') at time zone 'UTC')
        or (u.quote_id is not null and u.created_at >= ${month}::date::timestamp at time zone 'UTC'
          and u.created_at < (${month}::date + interval '1 month 1 hour') at time zone 'UTC'))
    order by e.seq`;
  for await (const batch of rows.cursor(500)) {
    for (const { lines, contract, returned } of batch) {
      for (const line of readLines(lines)) {
        if (line.kind !== "volume" || line.discount !== discountId || line.month !== month) continue;
        const discount = must(discounts.get(contract), "a contract that priced an event is never changed");
        sum.add({
          discount,
          volume: BigInt(line.volume),
          gross: BigInt(line.gross),
          room: BigInt(line.room),
          returned: returned ? 0n - BigInt(line.amount) : undefined,
        });
      }
    }
  }
  return sum.due();
}

function grantOf({ customerId, month }: Month, key: string, amount: Nanos): GrantOp {
  return {
    kind: "grant",
    account: customerId,
    opId: opId("contract-volume", key),
    meaningHash: meaningHash({ operation: "grant", customerId, terms: `volume ${key}` }),
    amount,
    // It was paid for: the customer gets back what the tiers promised.
    category: "purchased",
    contra: "revenue:usage",
    source: `volume discount of ${month.slice(0, 7)}, closed`,
  };
}

/** Time for the month's last events to arrive. */
const GRACE_MS = 3 * 24 * 60 * 60 * 1000;
