import { hash } from "node:crypto";
import { nanos, ZERO_NANOS } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { Contra, LedgerOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import type { PostOutcome } from "../ledger/post-outcome.ts";
import type { ReratedEvent } from "./rerate-plan.ts";

/** A correction as it is kept; what the first attempt planned counts, whatever a later one would. */
export type StoredCorrection = {
  customerId: string;
  eventOpId: string;
  before: bigint;
  after: bigint;
  adjustmentOpId: string;
  posted: boolean;
  offering: string | null;
  /** Other side of the event's entry. */
  contra: Contra;
};

/**
 * Posts what a re-rating changed, each correction once, and notes which the ledger has.
 *
 * @returns how many it refused for good, and how many it could not take just now
 */
export async function postCorrections(
  ctx: Pick<Ctx, "sql" | "ledger" | "clock">,
  reratingId: string,
  version: number,
  changed: readonly ReratedEvent[],
): Promise<{ refused: number; postponed: number }> {
  for (let start = 0; start < changed.length; start += BATCH) {
    await keep(ctx, reratingId, changed.slice(start, start + BATCH));
  }
  const open = (await readStoredCorrections(ctx, reratingId)).filter(({ posted }) => !posted);
  return postAll(ctx, reratingId, open, (correction) =>
    correctionOp(correction, { reratingId, version, at: ctx.clock() }),
  );
}

/** Takes a re-rating's corrections back: grants are revoked, their spent part becomes debt; debits are given back. */
export async function reverseCorrections(
  ctx: Pick<Ctx, "sql" | "ledger">,
  reratingId: string,
): Promise<{ refused: number; postponed: number }> {
  const posted = (await readStoredCorrections(ctx, reratingId)).filter((it) => it.posted);
  let [refused, postponed] = [0, 0];
  for (let start = 0; start < posted.length; start += BATCH) {
    const ops = posted.slice(start, start + BATCH).map((it) => reverseOp(it, reratingId));
    for (const outcome of await Promise.all(ops.map((op) => ctx.ledger.post(op)))) {
      if (isPostponed(outcome)) postponed += 1;
      else if (outcome.kind !== "done" && outcome.kind !== "replayed") refused += 1;
    }
  }
  return { refused, postponed };
}

/** The corrections of a re-rating, in the order of their events. */
export async function readStoredCorrections(
  { sql }: Pick<Ctx, "sql">,
  reratingId: string,
): Promise<StoredCorrection[]> {
  return sql<StoredCorrection[]>`
    select r.customer_id as "customerId", r.event_op_id as "eventOpId", r.before, r.after,
      r.adjustment_op_id as "adjustmentOpId", r.posted, u.offering, e.contra
    from ratebook.rerated_event r
    join ratebook.usage_event u on u.bucket = ratebook.bucket_of(r.customer_id) and u.account_id = r.customer_id
      and u.op_id = r.event_op_id
    join ratebook.entry e on e.op_id = r.event_op_id and e.account_id = r.customer_id
      and e.bucket = ratebook.bucket_of(r.customer_id)
    where r.rerating_id = ${reratingId} order by r.customer_id, r.event_op_id`;
}

async function keep(
  { sql }: Pick<Ctx, "sql">,
  reratingId: string,
  changed: readonly ReratedEvent[],
): Promise<void> {
  const rows = changed.map(({ customerId, eventOpId, before, after }) => ({
    customer_id: customerId,
    event_op_id: eventOpId,
    before: before.toString(),
    after: after.toString(),
    adjustment_op_id: opId("rerate", `${reratingId}:${eventOpId}`),
  }));
  await sql`
    insert into ratebook.rerated_event (rerating_id, customer_id, event_op_id, before, after, adjustment_op_id)
    select ${reratingId}, customer_id, event_op_id, before, after, adjustment_op_id
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row (customer_id uuid, event_op_id uuid, before int8, after int8, adjustment_op_id uuid)
    on conflict do nothing`;
}

async function postAll(
  ctx: Pick<Ctx, "sql" | "ledger">,
  reratingId: string,
  corrections: readonly StoredCorrection[],
  opOf: (correction: StoredCorrection) => LedgerOp,
): Promise<{ refused: number; postponed: number }> {
  let [refused, postponed] = [0, 0];
  for (let start = 0; start < corrections.length; start += BATCH) {
    const batch = corrections.slice(start, start + BATCH);
    const outcomes = await Promise.all(batch.map((it) => ctx.ledger.post(opOf(it))));
    const done = batch.filter((_, index) => ["done", "replayed"].includes(outcomes[index]?.kind ?? ""));
    const waiting = outcomes.filter(isPostponed).length;
    postponed += waiting;
    refused += batch.length - done.length - waiting;
    await ctx.sql`
      update ratebook.rerated_event set posted = true
      where rerating_id = ${reratingId} and event_op_id = any(${done.map(({ eventOpId }) => eventOpId)}::uuid[])
        and adjustment_op_id = any(${done.map(({ adjustmentOpId }) => adjustmentOpId)}::uuid[])`;
  }
  return { refused, postponed };
}

function correctionOp(
  correction: StoredCorrection,
  { reratingId, version, at }: { reratingId: string; version: number; at: Date },
): LedgerOp {
  const { customerId: account, eventOpId, before, after, adjustmentOpId, offering, contra } = correction;
  const base = {
    account,
    opId: adjustmentOpId,
    meaningHash: meaningOf("rerate", reratingId, eventOpId),
    contra,
  };
  if (after < before) {
    const source = "correction of usage by re-rating";
    return {
      ...base,
      kind: "grant",
      amount: nanos(before - after),
      category: "purchased",
      source,
      ref: eventOpId,
    };
  }
  const amount = nanos(after - before);
  const slash = offering?.indexOf("/") ?? -1;
  return {
    ...base,
    kind: "debit",
    mode: "record",
    amount,
    usageEvent: {
      ...NOTHING_USED,
      offering,
      provider: slash > 0 ? (offering?.slice(0, slash) ?? null) : null,
      model: slash > 0 ? (offering?.slice(slash + 1) ?? null) : offering,
      lines: [{ kind: "named", outcome: "rerated", amount: amount.toString() }],
      amount,
      metadata: { rerates: eventOpId, rerating: reratingId, catalogueVersion: version },
      occurredAt: at,
    },
  };
}

function reverseOp(correction: StoredCorrection, reratingId: string): LedgerOp {
  const { customerId: account, eventOpId, before, after, adjustmentOpId: ref, contra } = correction;
  const meaningHash = meaningOf("rerate-undo", reratingId, eventOpId);
  const base = { account, opId: opId("rerate-undo", `${reratingId}:${eventOpId}`), meaningHash, contra, ref };
  return after < before
    ? { ...base, kind: "revoke", amount: nanos(before - after), allowDebt: true }
    : {
        ...base,
        kind: "grant",
        amount: nanos(after - before),
        category: "purchased",
        source: "correction of usage taken back",
      };
}

const isPostponed = ({ kind }: PostOutcome): boolean => kind === "overloaded" || kind === "unavailable";

const meaningOf = (...parts: readonly string[]): string => hash("sha256", JSON.stringify(parts), "hex");

const NOTHING_USED = {
  pools: {},
  dimensions: {},
  listCost: ZERO_NANOS,
  ownCost: null,
  catalogueVersion: null,
  policyVersion: null,
  contract: null,
  agentId: null,
  appId: null,
  keyId: null,
  userId: null,
  billing: "platform",
  state: "rated",
  parkReason: null,
  outcome: null,
  quoteId: null,
} as const;
const BATCH = 500;
