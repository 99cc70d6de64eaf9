import { type Nanos, nanos } from "@ratebook/core";
import { bucketOf } from "./bucket-of.ts";
import { contraOf } from "./check-operation.ts";
import type { LedgerOp, UsageEventDraft } from "./ledger-op.ts";
import type { EntryKind, HoldState, PostOutcome, PostRefusal, WalletNumbers } from "./post-outcome.ts";

/** An operation as `ratebook.post_batch` reads it: one flat JSON object. */
export function operationText(op: LedgerOp): string {
  return JSON.stringify(operationJson(op), (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

function operationJson(op: LedgerOp): Record<string, unknown> {
  const json: Record<string, unknown> = {
    bucket: bucketOf(op.account),
    account: op.account,
    op: op.opId,
    kind: op.kind,
    hash: `\\x${op.meaningHash}`,
    contra: contraOf(op) ?? undefined,
    outbox: op.outbox,
  };
  switch (op.kind) {
    case "debit":
      return {
        ...json,
        amount: op.amount,
        mode: op.mode,
        ref: op.ref,
        ...usage(op.usageEvent),
        ...budgets(op),
      };
    case "hold":
      return {
        ...json,
        amount: op.amount,
        ttl: op.ttlSeconds,
        catalogue_version: op.pins?.catalogueVersion,
        policy_version: op.pins?.policyVersion,
        contract: op.pins?.contract,
        ...budgets(op),
      };
    case "settle":
      return { ...json, amount: op.amount, ref: op.ref, ...usage(op.usageEvent) };
    case "release":
      return { ...json, ref: op.ref };
    case "extend":
      return { ...json, ref: op.ref, ttl: op.ttlSeconds };
    case "parked":
      return { ...json, ...usage(op.usageEvent) };
    case "grant":
      return {
        ...json,
        amount: op.amount,
        ref: op.ref,
        category: op.category,
        priority: op.priority ?? (op.category === "credit_line" ? CREDIT_LINE_PRIORITY : DEFAULT_PRIORITY),
        expires: op.expiresAt ?? undefined,
        source: op.source,
      };
    case "revoke":
      return { ...json, amount: op.amount, ref: op.ref, allow_debt: op.allowDebt };
    case "adjustment":
      return {
        ...json,
        amount: op.amount,
        category: op.category ?? "purchased",
        priority: DEFAULT_PRIORITY,
        source: op.source,
      };
  }
}

const budgets = (op: { budgets?: unknown }) => (op.budgets === undefined ? {} : { budgets: op.budgets });

/** A usage event's own fields; a rated one's amount is the operation's. */
function usage(event: UsageEventDraft | undefined): Record<string, unknown> {
  if (event === undefined) return {};
  return {
    offering: event.offering,
    provider: event.provider,
    model: event.model,
    pools: event.pools,
    dimensions: event.dimensions,
    lines: event.lines,
    list_cost: event.listCost,
    own_cost: event.ownCost,
    catalogue_version: event.catalogueVersion,
    policy_version: event.policyVersion,
    contract: event.contract,
    agent_id: event.agentId,
    app_id: event.appId,
    key_id: event.keyId,
    user_id: event.userId,
    billing: event.billing,
    state: event.state,
    park_reason: event.parkReason,
    outcome: event.outcome,
    quote_id: event.quoteId,
    metadata: event.metadata,
    occurred_at: event.occurredAt,
  };
}

/** A row of `ratebook.post_batch`; int8 as bigint. Refusals carry the numbers the operation was refused at. */
export type AnswerRow = {
  n: number;
  status: PostRefusal["kind"] | "done" | "replayed";
  entry_kind: EntryKind;
  seq: bigint;
  taken: bigint;
  incurred: bigint;
  repaid: bigint;
  balance: bigint;
  held: bigint;
  debt: bigint;
  late: boolean;
  crossed: string | null;
  expires: Date | null;
  at: Date;
  detail: string;
  room: bigint;
};

/** What the row says, in the words of the outcome. */
export function outcomeOf(op: LedgerOp, row: AnswerRow): PostOutcome {
  const { opId } = op;
  switch (row.status) {
    case "done":
    case "replayed":
      return {
        kind: row.status,
        opId,
        entryKind: row.entry_kind,
        seq: row.seq,
        amountTaken: nanos(row.taken),
        debtIncurred: nanos(row.incurred),
        debtRepaid: nanos(row.repaid),
        ...numbers(row),
        late: row.late,
        crossedBelow: levels(row.crossed),
        expiresAt: row.expires,
        createdAt: row.at,
      };
    case "insufficient":
      return { kind: row.status, opId, required: nanos(row.room), ...numbers(row), ...revocable(op, row) };
    case "debt_outstanding":
      return { kind: row.status, opId, ...numbers(row) };
    case "suspended":
      return {
        kind: row.status,
        opId,
        because: row.detail === "operator" ? "operator" : "debt",
        ...numbers(row),
      };
    case "budget_exceeded":
      return { kind: row.status, opId, budgetId: row.detail, remaining: nanos(row.room), ...numbers(row) };
    case "hold_not_open":
      return { kind: row.status, opId, holdId: refOf(op), state: HOLD_STATES[row.detail] ?? "unknown" };
    case "exceeds_original":
      return { kind: row.status, opId, ref: refOf(op), remaining: nanos(row.room) };
    case "ref_not_found":
      return { kind: row.status, opId, ref: refOf(op) };
    case "conflict":
    case "reversed":
    case "no_account":
      return { kind: row.status, opId };
  }
}

const numbers = (row: AnswerRow): WalletNumbers => ({
  balance: nanos(row.balance),
  held: nanos(row.held),
  available: nanos(row.balance - row.held),
  debt: nanos(row.debt),
});

/** A revocation is short of what its own grant can give, not of what the wallet has. */
const revocable = (op: LedgerOp, row: AnswerRow) =>
  op.kind === "revoke" ? { available: nanos(BigInt(row.detail)) } : {};

const levels = (crossed: string | null): Nanos[] =>
  crossed === null || crossed === "" ? [] : crossed.split(",").map((level) => nanos(BigInt(level)));

const refOf = (op: LedgerOp): string => ("ref" in op ? (op.ref ?? "") : "");

const HOLD_STATES: { [detail: string]: HoldState } = {
  settled: "settled",
  released: "released",
  expired: "expired",
};
const DEFAULT_PRIORITY = 50;
const CREDIT_LINE_PRIORITY = 100;
