import {
  type BillingMode,
  type Dimensions,
  err,
  must,
  type Nanos,
  nanos,
  ok,
  type Pools,
  poolsFromQuantities,
  type Result,
  type Unrated,
} from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import type { Json } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { MICROS, readCursor, UUID, writeCursor } from "./cursor.ts";
import { meaningHash } from "./meaning.ts";
import { type PricedUsage, priceUsage } from "./price-draft.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { InvalidField } from "./usage-error.ts";
import { usageOp } from "./usage-op.ts";

export type RateParkedInput = {
  /** True: says what would be debited and debits nothing. */
  dryRun: boolean;
  /** Only events that named this offering. */
  offering?: string | undefined;
  /** Events looked at, oldest first. */
  limit: number;
  /** Where an earlier call ended; the oldest where absent. */
  cursor?: string | undefined;
};

export type RatedParked = {
  /** Events looked at. */
  looked: number;
  rated: number;
  /** What was debited, or would be. */
  amount: Nanos;
  /** Events that still have no price, by reason. */
  unrated: { [reason in Unrated["reason"]]?: number };
  /** Events the ledger could not take just now. */
  postponed: number;
  /** Where the next call goes on; null where there is nothing younger. */
  nextCursor: string | null;
};

export type RateParkedError = { kind: "access_denied"; message: string } | InvalidField;

/**
 * Rates parked usage that has a price by now and debits it in record mode, each event exactly once, however often and
 * from wherever this runs.
 *
 * An event is priced as of its own instant; where nothing was published for it then, by the prices in force now.
 * Whoever wants every event looked at follows `nextCursor`: events that never get a price stay the oldest for ever.
 *
 * @returns `access_denied` for anybody but an operator; `validation_error` for the cursor of another list
 */
export async function rateParked(
  ctx: Ctx,
  actor: Actor,
  { dryRun, offering, limit, cursor }: RateParkedInput,
): Promise<Result<RatedParked, RateParkedError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may rate parked usage." });
  }
  const after = readCursor(cursor, [MICROS, UUID]);
  if (!after.ok) return after;
  const events = await findParked(ctx, { offering: offering ?? null, after: after.value, limit });
  const last = events.at(-1);
  const answer: RatedParked = {
    looked: events.length,
    rated: 0,
    amount: nanos(0n),
    unrated: {},
    postponed: 0,
    nextCursor: events.length === limit && last ? writeCursor([last.createdMicros, last.opId]) : null,
  };
  const add = (amount: Nanos) => {
    answer.rated += 1;
    answer.amount = nanos(answer.amount + amount);
  };
  await Promise.all(
    events.map(async (event) => {
      const price = await priceParked(ctx, event);
      if (!price.ok) {
        answer.unrated[price.error.reason] = (answer.unrated[price.error.reason] ?? 0) + 1;
        return;
      }
      if (dryRun) return add(price.value.total);
      const outcome = await ctx.ledger.post(parkedDebit(event, price.value));
      if (outcome.kind === "done") add(price.value.total);
      else if (outcome.kind === "overloaded" || outcome.kind === "unavailable") answer.postponed += 1;
    }),
  );
  return ok(answer);
}

type ParkedEvent = {
  customerId: string;
  opId: string;
  offering: string | null;
  pools: Record<string, string>;
  dimensions: Dimensions;
  billing: BillingMode;
  agentId: string | null;
  appId: string | null;
  keyId: string | null;
  userId: string | null;
  quoteId: string | null;
  metadata: { readonly [key: string]: Json };
  occurredAt: Date;
};

type Page = { offering: string | null; after: string[]; limit: number };

function findParked({ sql }: Pick<Ctx, "sql">, { offering, after, limit }: Page) {
  const [micros = null, opId = null] = after;
  return sql<(ParkedEvent & { createdMicros: string })[]>`
  select u.account_id as "customerId", u.op_id as "opId", u.offering, u.pools, u.dimensions, u.billing,
    u.agent_id as "agentId", u.app_id as "appId", u.key_id as "keyId", u.user_id as "userId", u.quote_id as "quoteId",
    u.metadata, u.occurred_at as "occurredAt", (extract(epoch from u.created_at) * 1000000)::int8::text as "createdMicros"
  from ratebook.usage_event u
  where u.state = 'parked' and (${offering}::text is null or u.offering = ${offering})
    and (${micros}::int8 is null or (u.created_at, u.op_id) >
      ('epoch'::timestamptz + ${micros}::int8 * interval '1 microsecond', ${opId}::uuid))
    and not exists (select from ratebook.entry e
      where e.ref_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket and e.kind = 'debit')
  order by u.created_at, u.op_id limit ${limit}`;
}

async function priceParked(ctx: Ctx, event: ParkedEvent): Promise<Result<PricedUsage, Unrated>> {
  const question = {
    customerId: event.customerId,
    book: await openVolumeBook(ctx, [{ customerId: event.customerId, at: event.occurredAt }]),
    offering: event.offering ?? "",
    pools: poolsOf(ctx, event),
    dimensions: event.dimensions,
    billing: event.billing,
    at: event.occurredAt,
  };
  const then = await priceUsage(ctx, { ...question, pinned: null });
  return then.ok
    ? then
    : priceUsage(ctx, {
        ...question,
        pinned: {
          ...ctx.catalogue.current(),
          contract: ctx.catalogue.contractAt(event.customerId, event.occurredAt)?.label ?? null,
        },
      });
}

function parkedDebit(event: ParkedEvent, price: PricedUsage) {
  const { customerId } = event;
  const draft: UsageDraft = {
    ...event,
    opId: opId("parked", event.opId),
    meaning: meaningHash({ operation: "rate-parked", customerId, terms: event.opId }),
    pools: new Map(),
    mode: "record",
    pinned: null,
    pricedAt: event.occurredAt,
    holdId: null,
    ending: null,
    refusal: null,
  };
  const op = usageOp(draft, price);
  if (op.kind !== "debit") throw new Error("invariant broken: an event without a hold is debited");
  const usageEvent = { ...must(op.usageEvent, "a debit of usage has its event"), pools: event.pools };
  return { ...op, ref: event.opId, usageEvent };
}

function poolsOf({ catalogue }: Pick<Ctx, "catalogue">, { pools }: ParkedEvent): Pools {
  const read = poolsFromQuantities(pools, (meter) => catalogue.meter(meter) ?? undefined);
  return must(
    read.ok ? read.value : null,
    "the pools of a stored event were counted by a meter that stays defined",
  );
}
