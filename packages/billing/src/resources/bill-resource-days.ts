import {
  dayText,
  must,
  nanos,
  poolsOf,
  type Quantity,
  quantity,
  type ResourceDay,
  resourceDay,
} from "@ratebook/core";
import { isDatabaseDown } from "@ratebook/db";
import { openVolumeBook, type VolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import type { LedgerOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import type { PostOutcome } from "../ledger/post-outcome.ts";
import { type DueDay, readDueDays } from "./due-days.ts";
import { type BilledDay, keepBilledDays } from "./keep-billed-days.ts";
import { type ResourceKind, readKinds } from "./kinds.ts";
import { priceMoments } from "./price-moments.ts";
import { priceQuantity } from "./price-resource.ts";
import { addPrices, chargeOp, type ResourceCharge, unpricedOp } from "./resource-usage.ts";

export type BilledDays = {
  billed: number;
  parked: number;
  /** Days that had nothing to bill. */
  idle: number;
  /** The ledger could not take some; they stay due. */
  postponed: number;
  /** Resources whose day could not be billed because of a bug; it stays due, and keeps no other waiting. */
  failures: { id: string; error: Error }[];
};

type BillingStep = { limit?: number; ids?: readonly string[]; except?: readonly string[] };

/** What billing days works with. */
export type BillingCtx = Pick<Ctx, "sql" | "db" | "ledger" | "catalogue" | "clock">;

/**
 * Bills UTC days that are over, and the last day of what was deleted: each (resource, day) once, at the prices of its
 * moments, a resource's days in their order.
 *
 * One bounded step, safe to run twice, late, on two servers, or again after a crash: the operation's id is the resource
 * and the day, and a day is written off only after its debit. A clock that was set back finds nothing due. A day without
 * a price is parked like other usage. Debits are in record mode: what ran is never lost and never free. Whoever calls
 * tells of the failures.
 *
 * @param limit resources looked at; as many in the answer means that more may be due
 * @param ids of these resources only
 * @param except resources to leave out, because their day failed in this run: as the earliest they would be met again
 */
export async function billResourceDays(
  ctx: BillingCtx,
  { limit = 1_000, ids, except = [] }: BillingStep = {},
): Promise<BilledDays> {
  // A price that took effect before midnight and was published elsewhere counts.
  await ctx.catalogue.refresh();
  const kinds = await readKinds(ctx);
  const due = await readDueDays(ctx, kinds, { limit, ids: ids ?? null, except });
  const momentsOf = momentReader(ctx);
  const book = await openVolumeBook(
    ctx,
    due.map(({ customerId, day }) => ({ customerId, at: day })),
  );
  const plans: { due: DueDay; op: LedgerOp | null }[] = [];
  const failures: BilledDays["failures"] = [];
  const failed = ({ id, day }: DueDay, cause: unknown) => {
    if (isDatabaseDown(cause)) throw cause;
    const error = new Error(`day ${dayText(day)} of resource ${id} could not be billed`, { cause });
    failures.push({ id, error });
  };
  for (const day of due) {
    try {
      const kind = must(kinds.get(day.kind), `resource kind ${day.kind} is configured`);
      const used = usedOn(day, kind, await momentsOf(kind, day.day));
      plans.push({
        due: day,
        op: used.pieces.length === 0 ? null : await planDay(ctx, kind, day, used, book),
      });
    } catch (error) {
      failed(day, error);
    }
  }
  const outcomes = await Promise.allSettled(
    plans.map(async ({ due: day, op }) => billedDay(day, op, op === null ? null : await ctx.ledger.post(op))),
  );
  const done: BilledDay[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") done.push(...outcome.value);
    else failed(must(plans[index], "each plan has an outcome").due, outcome.reason);
  }
  await keepBilledDays(ctx, done);
  const count = (state: BilledDay["state"]) => done.filter((it) => it.state === state).length;
  return {
    billed: count("billed"),
    parked: count("parked"),
    idle: count("idle"),
    postponed: due.length - done.length - failures.length,
    failures,
  };
}

/** When prices of a kind change within a day; read once for all resources of the kind. */
function momentReader(ctx: BillingCtx): (kind: ResourceKind, day: Date) => Promise<Date[]> {
  const moments = new Map<string, Promise<Date[]>>();
  return ({ offering: name }, day) => {
    const key = `${name} ${dayText(day)}`;
    const offering = ctx.catalogue.resolve(name);
    const found =
      moments.get(key) ?? (offering === null ? Promise.resolve([]) : priceMoments(ctx, offering, day));
    moments.set(key, found);
    return found;
  };
}

function usedOn(due: DueDay, { measure }: ResourceKind, moments: readonly Date[]): ResourceDay {
  return measure === "running"
    ? resourceDay(due.day, due.runs, moments)
    : resourceDay(due.day, wholeDay(due), moments, BYTES_PER_GB);
}

/** What is stored is billed by the day's average for the whole of it. */
const wholeDay = ({ day, bytes }: DueDay) => (bytes === 0n ? [] : [{ from: day, to: null, weight: bytes }]);

async function planDay(
  ctx: BillingCtx,
  kind: ResourceKind,
  due: DueDay,
  used: ResourceDay,
  book: VolumeBook,
): Promise<LedgerOp> {
  const total = quantity(used.pieces.reduce((sum, it) => sum + it.quantity, 0n));
  const charge = chargeOf(kind, due, used, total);
  const prices = [];
  const [first] = used.pieces;
  const contract = first === undefined ? null : ctx.catalogue.contractAt(charge.customerId, first.at);
  for (const piece of used.pieces) {
    const price = priceQuantity(ctx, kind, piece.quantity, piece.at, contract, book);
    const priced = price instanceof Promise ? await price : price;
    if (!priced.ok) return unpricedOp(charge, priced.error.reason);
    prices.push(priced.value);
  }
  return chargeOp(charge, addPrices(prices));
}

function chargeOf(kind: ResourceKind, due: DueDay, used: ResourceDay, total: Quantity): ResourceCharge {
  const key = `${due.id}:${dayText(due.day)}`;
  return {
    operation: "resource-day",
    customerId: due.customerId,
    opId: opId("resource-day", key),
    terms: key,
    offering: kind.offering,
    pools: poolsOf([[kind.meter, total]]),
    mode: "record",
    occurredAt: must(used.lastAt, "a day with pieces ends somewhere"),
    metadata: {
      resourceId: due.id,
      resource: due.name,
      kind: kind.kind,
      day: dayText(due.day),
      ...(kind.measure === "running"
        ? { secondsRun: used.ranMs / 1000, secondsBilled: used.billedMs / 1000 }
        : { samples: due.samples, averageBytes: due.bytes.toString() }),
    },
  };
}

/** What became of a day; nothing where it stays due. Throws where only a bug can be the reason. */
function billedDay(due: DueDay, op: LedgerOp | null, outcome: PostOutcome | null): BilledDay[] {
  if (op === null || outcome === null) return [{ due, opId: null, amount: nanos(0n), state: "idle" }];
  if (outcome.kind === "done" || outcome.kind === "replayed") {
    const state = outcome.entryKind === "parked" ? "parked" : "billed";
    return [{ due, opId: op.opId, amount: nanos(outcome.amountTaken + outcome.debtIncurred), state }];
  }
  // Posted before a crash, and given back by an operator since.
  if (outcome.kind === "reversed") return [{ due, opId: op.opId, amount: nanos(0n), state: "billed" }];
  if (outcome.kind === "overloaded" || outcome.kind === "unavailable") return [];
  throw new Error(`the ledger refused the debit ${op.opId}: ${outcome.kind}`);
}

const BYTES_PER_GB = 1_000_000_000n;
