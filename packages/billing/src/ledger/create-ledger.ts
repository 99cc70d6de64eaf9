import type { Sql } from "@ratebook/db";
import { bucketOf } from "./bucket-of.ts";
import { checkOperation } from "./check-operation.ts";
import { createLanes } from "./lane.ts";
import type { LedgerOp } from "./ledger-op.ts";
import { postBatch } from "./post-batch.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { type AnswerRow, outcomeOf, type WireOp, wireOp } from "./wire.ts";

/** The door to every wallet: operations that arrive together are posted together, each exactly once. */
export type Ledger = {
  /**
   * Posts one operation and answers after COMMIT.
   *
   * Never throws for a refusal or a database that is down: see `PostOutcome`. Throws where the operation itself is
   * malformed (a bug of the caller). The same op id with the same meaning answers `replayed` with the first numbers.
   */
  post(op: LedgerOp): Promise<PostOutcome>;
  /** Posts what is queued, then refuses further operations as `unavailable`. */
  close(): Promise<void>;
  /** Counts since the start, for metrics. */
  stats(): LedgerStats;
};

export type LedgerStats = {
  /** Queued or being posted right now. */
  waiting: number;
  batches: number;
  operations: number;
  overloaded: number;
  /** By cause: a SQLSTATE, the client's error code, `no_answer`, or `split` for a batch taken apart. */
  retries: { readonly [cause: string]: number };
};

export type LedgerOptions = {
  /** A pool with a statement timeout below `answerWithinMs`; the ledger uses at most `lanes` of its connections. */
  sql: Sql;
  /** Batches posted at a time, at most. Default 2. An account always travels in one lane. */
  lanes?: number;
  /** Operations a batch carries at most. Default 256. */
  batchMax?: number;
  /** Operations that may wait before new ones are answered `overloaded`. Default 20,000. */
  queueMax?: number;
  /** How often a batch that lost a conflict is posted in all. Default 5. */
  conflictAttempts?: number;
  /** How long a lost database is tried again before callers are told `unavailable`. Default 5 s. */
  retryForMs?: number;
  /** How long a batch may go unanswered. Default 35 s. */
  answerWithinMs?: number;
  /** For tests of expiry; the database's own clock otherwise. */
  clock?: () => Date;
};

/** Opens the ledger over a pool. Nothing is sent before the first operation. */
export function createLedger(options: LedgerOptions): Ledger {
  const { sql, clock, queueMax = 20_000 } = options;
  const counts = { batches: 0, operations: 0, overloaded: 0 };
  const retries: { [cause: string]: number } = {};
  const laneCount = options.lanes ?? 2;
  const lanes = createLanes<WireOp, AnswerRow>({
    post: (ops) => postBatch(sql, ops, clock?.() ?? null),
    lanes: laneCount,
    batchMax: options.batchMax ?? 256,
    besideMin: BESIDE_MIN,
    conflictAttempts: options.conflictAttempts ?? 5,
    retryForMs: options.retryForMs ?? 5_000,
    answerWithinMs: options.answerWithinMs ?? 35_000,
    onRetry: (cause) => {
      retries[cause] = (retries[cause] ?? 0) + 1;
    },
    onBatch: (size) => {
      counts.batches += 1;
      counts.operations += size;
    },
  });
  const underway = new Map<string, Promise<PostOutcome>>();
  let closed = false;

  function enqueue(op: LedgerOp): Promise<PostOutcome> {
    return new Promise((resolve, reject) => {
      lanes.push({
        key: `${op.account} ${op.opId}`,
        lane: bucketOf(op.account) % laneCount,
        op: wireOp(op),
        resolve: (answer) =>
          resolve(
            answer === "unavailable"
              ? { kind: "unavailable", opId: op.opId, retryAfterSeconds: RETRY_AFTER_SECONDS }
              : outcomeOf(op, answer),
          ),
        reject,
      });
    });
  }

  return {
    async post(op) {
      checkOperation(op);
      const { opId } = op;
      if (closed) return { kind: "unavailable", opId, retryAfterSeconds: RETRY_AFTER_SECONDS };
      const meaning = meaningKey(op);
      const same = underway.get(meaning);
      if (same !== undefined) return asReplay(await same);
      if (lanes.size() >= queueMax) {
        counts.overloaded += 1;
        return { kind: "overloaded", opId, retryAfterSeconds: RETRY_AFTER_SECONDS };
      }
      const posting = enqueue(op);
      underway.set(meaning, posting);
      try {
        return await posting;
      } finally {
        underway.delete(meaning);
      }
    },
    async close() {
      closed = true;
      await lanes.idle();
    },
    stats: () => ({ ...counts, waiting: lanes.size(), retries: { ...retries } }),
  };
}

const meaningKey = (op: LedgerOp): string =>
  `${op.account} ${op.opId} ${op.kind} ${"ref" in op ? (op.ref ?? "") : ""} ${op.meaningHash}`;

/** What a second caller of one operation is told when both waited for the same posting. */
const asReplay = (outcome: PostOutcome): PostOutcome =>
  outcome.kind === "done" ? { ...outcome, kind: "replayed", crossedBelow: [] } : outcome;

const RETRY_AFTER_SECONDS = 1;
/**
 * A batch costs the database some 300 µs beside its operations. With 8 of them that is as much again as they cost
 * themselves, and the time that two lanes at work win is worth more: debits a second rose by half with 64 callers.
 */
const BESIDE_MIN = 8;
