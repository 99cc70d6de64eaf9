import { type Nanos, nanos } from "@ratebook/core";
import { bucketOf } from "./bucket-of.ts";
import { contraOf } from "./check-operation.ts";
import type { AdjustmentOp, GrantOp, LedgerOp, SpentFor, UsageEventDraft } from "./ledger-op.ts";
import type {
  BudgetPeriod,
  EntryKind,
  HoldState,
  PostOutcome,
  PostRefusal,
  SpendingSubject,
  WalletNumbers,
} from "./post-outcome.ts";

/**
 * The fields of type `ratebook.request`, in its order: how `ratebook.post_batch` reads an operation. A test compares them
 * with the database.
 */
export const REQUEST_FIELDS = [
  ...["bucket", "account", "op", "kind", "hash", "amount", "ref", "mode", "contra", "ttl", "outbox"],
  ...[
    "catalogue_version",
    "policy_version",
    "contract",
    "category",
    "priority",
    "expires",
    "source",
    "allow_debt",
  ],
  ...["offering", "provider", "model", "list_cost", "own_cost", "agent_id", "app_id"],
  ...["key_id", "user_id", "billing", "state", "park_reason", "outcome", "quote_id", "occurred_at"],
] as const;

/** An operation as `ratebook.post_batch` reads it. */
export type WireOp = {
  /** One element of an array of `ratebook.request`, in PostgreSQL's text form. */
  request: string;
  /** The usage event's JSON documents, empty where there is none: they need no escaping beside the array. */
  pools: string;
  dimensions: string;
  lines: string;
  metadata: string;
};

/** Writes an operation for the wire. */
export function wireOp(op: LedgerOp): WireOp {
  const event = "usageEvent" in op ? op.usageEvent : undefined;
  return {
    request: requestText(op, event),
    pools: event ? JSON.stringify(event.pools) : "",
    dimensions: event ? JSON.stringify(event.dimensions) : "",
    lines: event ? JSON.stringify(event.lines) : "",
    metadata: event ? JSON.stringify(event.metadata) : "",
  };
}

/** The arguments of `ratebook.post_batch` for a batch, but for its clock. */
export const batchArguments = (ops: readonly WireOp[]): [string, string, string, string, string] => [
  `{${ops.map((op) => op.request).join(",")}}`,
  ops.map((op) => op.pools).join(SEPARATOR),
  ops.map((op) => op.dimensions).join(SEPARATOR),
  ops.map((op) => op.lines).join(SEPARATOR),
  ops.map((op) => op.metadata).join(SEPARATOR),
];

function requestText(op: LedgerOp, event: UsageEventDraft | undefined): string {
  const grant = op.kind === "grant" || (op.kind === "adjustment" && op.amount > 0n) ? op : undefined;
  const pins = op.kind === "hold" ? op.pins : event;
  const fields: (string | number | bigint | boolean | null | undefined)[] = [
    bucketOf(op.account),
    op.account,
    op.opId,
    op.kind,
    // Four backslashes are one in the field: the array and the composite each take half of them.
    `\\\\\\\\x${op.meaningHash}`,
    "amount" in op ? op.amount : undefined,
    "ref" in op ? op.ref : undefined,
    "mode" in op ? op.mode : undefined,
    contraOf(op),
    "ttlSeconds" in op ? op.ttlSeconds : undefined,
    op.outbox && json(op.outbox),
    pins?.catalogueVersion,
    pins?.policyVersion,
    text(pins?.contract),
    grant && (grant.category ?? "purchased"),
    grant && priorityOf(grant),
    grant?.kind === "grant" ? grant.expiresAt?.toISOString() : undefined,
    text(grant?.source),
    op.kind === "revoke" ? op.allowDebt : undefined,
    ...(event ? usageFields(event) : op.kind === "hold" && op.for ? namesAlone(op.for) : NO_USAGE),
  ];
  return `"(${fields.join(",")})"`;
}

function usageFields(event: UsageEventDraft): (string | number | bigint | null)[] {
  return [
    text(event.offering),
    text(event.provider),
    text(event.model),
    event.listCost,
    event.ownCost,
    text(event.agentId),
    text(event.appId),
    text(event.keyId),
    text(event.userId),
    event.billing,
    event.state,
    text(event.parkReason),
    text(event.outcome),
    text(event.quoteId),
    event.occurredAt.toISOString(),
  ];
}

/** The same fields of a hold, which has no event yet. */
const namesAlone = ({ agentId, appId, keyId, userId }: SpentFor): string[] =>
  NO_USAGE.with(5, text(agentId)).with(6, text(appId)).with(7, text(keyId)).with(8, text(userId));

/** A field inside a composite inside an array, each of which has quotes and backslashes of its own. */
const quoted = (value: string): string =>
  `\\"${value.replaceAll("\\", "\\\\\\\\").replaceAll('"', '\\"\\"')}\\"`;
/** Empty is null, so text that is there is always quoted. */
const text = (value: string | null | undefined): string => (value == null ? "" : quoted(value));
const json = (value: unknown): string => quoted(JSON.stringify(value));

const priorityOf = (grant: GrantOp | AdjustmentOp): number =>
  ("priority" in grant ? grant.priority : undefined) ??
  (grant.category === "credit_line" ? CREDIT_LINE_PRIORITY : DEFAULT_PRIORITY);

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
      return {
        kind: row.status,
        opId,
        ...exceededBudget(row.detail),
        remaining: nanos(row.room),
        ...numbers(row),
      };
    case "paused":
      return { kind: row.status, opId, ...pause(row.detail), ...numbers(row) };
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

type LimitDetail = { budgetId: string; subject: SpendingSubject; subjectId: string; period: BudgetPeriod } & {
  limit: string;
  resetsAt: string;
  reason: string;
};

const exceededBudget = (detail: string) => {
  // Written by ratebook.budget_detail.
  const { budgetId, subject, subjectId, period, limit, resetsAt }: LimitDetail = JSON.parse(detail);
  return { budgetId, subject, subjectId, period, limit: nanos(BigInt(limit)), resetsAt: new Date(resetsAt) };
};

const pause = (detail: string) => {
  // Written by ratebook.pause_detail.
  const { subject, subjectId, reason }: LimitDetail = JSON.parse(detail);
  return { subject, subjectId, reason };
};

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
const NO_USAGE = Array.from({ length: 15 }, () => "");
/** JSON text never contains it: control characters are escaped there. */
const SEPARATOR = "\u001e";
const DEFAULT_PRIORITY = 50;
const CREDIT_LINE_PRIORITY = 100;
