import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import {
  eachPastEvents,
  isPricedByList,
  PAST_EVENTS_MAX,
  type PastEvent,
  storedPools,
} from "../usage/past-events.ts";
import { priceUsage } from "../usage/price-draft.ts";
import type { ContractError } from "./contract-error.ts";
import { draftContract } from "./draft-contract.ts";
import { readTerms } from "./read-terms.ts";
import { emptyBook, monthOf } from "./volume-book.ts";

/** A part of the usage: what was debited, and what the draft would have taken. */
export type ContractImpact = {
  events: number;
  /** Events whose debit would have been another. */
  changed: number;
  before: Nanos;
  after: Nanos;
  difference: Nanos;
};

export type ContractDryRun = ContractImpact & {
  from: Date;
  to: Date;
  /** What the operator paid for it. */
  ownCost: Nanos;
  /** Taken off by volume discounts, part of `after`. */
  volumeDiscount: Nanos;
  /** The most affected first, at most 50. */
  offerings: (ContractImpact & { offering: string; ownCost: Nanos; underCost: boolean })[];
  /** Offerings beyond those. */
  offeringsLeftOut: number;
  skipped: number;
  unpriced: number;
  /** False where there were more events than are looked at. */
  complete: boolean;
};

/**
 * Prices a customer's usage of the last days under draft terms, each event at the rates of its instant, exactly; volume
 * discounts count from the first of the month the window begins in. Writes nothing; for operators.
 *
 * `validation_error` names the term that is not well-formed.
 */
export async function dryRunContract(
  ctx: Ctx,
  actor: Actor,
  input: {
    customer: string;
    terms: unknown;
    /** 1 … 30. */
    days: number;
  },
): Promise<Result<ContractDryRun, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const terms = readTerms(input.terms);
  if (!terms.ok) return terms;
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const to = ctx.clock();
  const from = new Date(to.getTime() - input.days * DAY_MS);
  const contract = await draftContract(ctx, customerId, terms.value);
  const book = emptyBook();
  const total = noSums();
  const byOffering = new Map<string, Sums>();
  let [skipped, unpriced, volume] = [0, 0, 0n];

  const lookAt = async (event: PastEvent) => {
    const isCounted = event.occurredAt >= from;
    if (!isPricedByList(event)) {
      if (isCounted) skipped += 1;
      return;
    }
    const { offering, dimensions, billing, occurredAt: at } = event;
    const pools = storedPools(ctx, event);
    const question = { customerId, contract, book, offering, pools, dimensions, billing, at, pinned: null };
    const priced = await priceUsage(ctx, question);
    if (!isCounted) return;
    if (!priced.ok) {
      unpriced += 1;
      return;
    }
    const sums = byOffering.get(offering) ?? noSums();
    byOffering.set(offering, sums);
    for (const sum of [total, sums]) {
      sum.events += 1;
      if (priced.value.total !== event.amount) sum.changed += 1;
      sum.before += event.amount;
      sum.after += priced.value.total;
      sum.ownCost += priced.value.ownCost ?? 0n;
    }
    for (const line of priced.value.lines) if (line.kind === "volume") volume -= BigInt(line.amount);
  };
  const monthStart = new Date(`${monthOf(from)}T00:00:00Z`);
  const { complete } = await eachPastEvents(
    ctx,
    { from: monthStart, to, by: "occurred", customerId, limit: PAST_EVENTS_MAX },
    async (events) => {
      for (const event of events) await lookAt(event);
    },
  );
  return ok({
    from,
    to,
    ...impactOf(total),
    ownCost: nanos(total.ownCost),
    volumeDiscount: nanos(volume),
    offerings: [...byOffering]
      .sort(([, a], [, b]) => descending(movedBy(a), movedBy(b)))
      .slice(0, ROWS_MAX)
      .map(([offering, sums]) => ({
        offering,
        ...impactOf(sums),
        ownCost: nanos(sums.ownCost),
        underCost: sums.after < sums.ownCost,
      })),
    offeringsLeftOut: Math.max(0, byOffering.size - ROWS_MAX),
    skipped,
    unpriced,
    complete,
  });
}

type Sums = { events: number; changed: number; before: bigint; after: bigint; ownCost: bigint };
const noSums = (): Sums => ({ events: 0, changed: 0, before: 0n, after: 0n, ownCost: 0n });

const impactOf = ({ events, changed, before, after }: Sums): ContractImpact => ({
  events,
  changed,
  before: nanos(before),
  after: nanos(after),
  difference: nanos(after - before),
});

const movedBy = ({ before, after }: Sums): bigint => (after > before ? after - before : before - after);

const descending = (a: bigint, b: bigint): number => {
  if (a === b) return 0;
  return a > b ? -1 : 1;
};

const DAY_MS = 24 * 60 * 60 * 1000;
const ROWS_MAX = 50;
