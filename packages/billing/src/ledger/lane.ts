import { setTimeout as delay } from "node:timers/promises";
import { must } from "@ratebook/core";
import { isDatabaseDown, sqlStateOf } from "@ratebook/db";

/** One operation on its way. Two with the same `key` never share a batch. */
export type Job<Op, Answer> = {
  key: string;
  /** 0 … lanes − 1. Operations that touch the same rows are in the same lane, so batches under way never meet. */
  lane: number;
  op: Op;
  resolve: (answer: Answer | "unavailable") => void;
  reject: (error: unknown) => void;
};

export type LanesOptions<Op, Answer> = {
  /** Posts operations in one transaction and answers in their order. */
  post: (ops: readonly Op[]) => Promise<Answer[]>;
  lanes: number;
  batchMax: number;
  /** What a lane has to have waiting before it leaves beside another batch, in a COMMIT of its own. */
  besideMin: number;
  /** How often a batch that lost a conflict is tried in all, before it is split. */
  conflictAttempts: number;
  /** How long a lost database is tried again before callers are told. */
  retryForMs: number;
  /** A batch without an answer for so long counts as lost; its callers are told at once. */
  answerWithinMs: number;
  /** A batch was tried again or split, and why: a SQLSTATE or the client's code. */
  onRetry: (cause: string) => void;
  onBatch: (size: number) => void;
};

/** A queue that batches leave: while one commits, the next one gathers. */
export type Lanes<Op, Answer> = {
  push: (job: Job<Op, Answer>) => void;
  size: () => number;
  idle: () => Promise<void>;
};

/**
 * Makes a queue of lanes. There is no timer: a lone operation leaves at once, and what arrives meanwhile leaves together.
 *
 * Lanes share a batch while few operations wait, because a COMMIT costs as much CPU time as several operations, and
 * leave side by side once each has enough. The operation that waits longest is never overtaken for good: as long as its
 * lane may not leave, no other starts.
 *
 * A batch that loses a conflict is posted again as a whole, a lost connection likewise: the operation ids make that
 * safe. A batch that fails otherwise is split in halves down to the guilty operation, which alone is rejected.
 */
export function createLanes<Op, Answer>(options: LanesOptions<Op, Answer>): Lanes<Op, Answer> {
  const { lanes, batchMax, besideMin } = options;
  let queue: Job<Op, Answer>[] = [];
  let inFlight = 0;
  let woken = false;
  const waiting = Array.from({ length: lanes }, () => 0);
  const busy = new Set<number>();
  const batches = new Set<Promise<void>>();
  const waitingIn = (lane: number): number => must(waiting[lane], "a job names one of the lanes");

  async function wake(): Promise<void> {
    if (woken) return;
    woken = true;
    // Lets everything posted in this turn of the event loop join the first batch.
    await Promise.resolve();
    woken = false;
    leaveAll();
  }

  function leaveAll(): void {
    for (let batch = next(); batch.length > 0; batch = next()) leave(batch);
  }

  function next(): Job<Op, Answer>[] {
    const oldest = queue.find(({ lane }) => !busy.has(lane));
    if (oldest === undefined) return [];
    const own = waitingIn(oldest.lane);
    const beside = busy.size > 0 || queue.length - own >= besideMin;
    if (own >= besideMin && beside) return take(({ lane }) => lane === oldest.lane);
    return busy.size > 0 ? [] : take(() => true);
  }

  function take(fits: (job: Job<Op, Answer>) => boolean): Job<Op, Answer>[] {
    const batch: Job<Op, Answer>[] = [];
    const later: Job<Op, Answer>[] = [];
    const keys = new Set<string>();
    let index = 0;
    for (; index < queue.length && batch.length < batchMax; index += 1) {
      const job = must(queue[index], "the index is inside the queue");
      // One op id with two meanings: a batch with both would break the unique key on every attempt.
      if (!fits(job) || keys.has(job.key)) later.push(job);
      else batch.push(job);
      keys.add(job.key);
    }
    queue = later.concat(queue.slice(index));
    return batch;
  }

  function leave(batch: Job<Op, Answer>[]): void {
    const used = new Set(batch.map(({ lane }) => lane));
    for (const lane of used) busy.add(lane);
    for (const { lane } of batch) waiting[lane] = waitingIn(lane) - 1;
    inFlight += batch.length;
    options.onBatch(batch.length);
    const underway = postOrSplit(batch, options, () => {
      for (const lane of used) busy.delete(lane);
      inFlight -= batch.length;
      // First what waits already: the database works on it while the callers of this batch are answered.
      if (queue.length >= besideMin) leaveAll();
      else if (queue.length > 0) void wake();
    }).then(() => {
      batches.delete(underway);
    });
    batches.add(underway);
  }

  return {
    push: (job) => {
      queue.push(job);
      const own = waitingIn(job.lane) + 1;
      waiting[job.lane] = own;
      if (busy.size === 0 || (own === besideMin && !busy.has(job.lane))) void wake();
    },
    size: () => queue.length + inFlight,
    idle: async () => {
      while (queue.length > 0 || batches.size > 0) {
        await Promise.resolve();
        await Promise.all(batches);
      }
    },
  };
}

/** @param onPosted called once, when nothing of the batch is left to post, before its callers are answered */
async function postOrSplit<Op, Answer>(
  batch: Job<Op, Answer>[],
  options: LanesOptions<Op, Answer>,
  onPosted: () => void,
): Promise<void> {
  const result = await postWithRetries(batch, options);
  if ("answers" in result) {
    onPosted();
    for (const [index, job] of batch.entries()) {
      job.resolve(must(result.answers[index], "every operation of a batch is answered"));
    }
    return;
  }
  if (result.failure === "unavailable") {
    onPosted();
    for (const job of batch) job.resolve("unavailable");
    return;
  }
  const [first] = batch;
  if (first !== undefined && batch.length === 1) {
    onPosted();
    if (CONFLICTS.has(sqlStateOf(result.failure.error) ?? "")) first.resolve("unavailable");
    else first.reject(result.failure.error);
    return;
  }
  options.onRetry("split");
  const middle = batch.length >> 1;
  await postOrSplit(batch.slice(0, middle), options, () => {});
  await postOrSplit(batch.slice(middle), options, onPosted);
}

type BatchResult<Answer> = { answers: Answer[] } | { failure: "unavailable" | { error: unknown } };

async function postWithRetries<Op, Answer>(
  batch: Job<Op, Answer>[],
  options: LanesOptions<Op, Answer>,
): Promise<BatchResult<Answer>> {
  const ops = batch.map((job) => job.op);
  const giveUpAt = performance.now() + options.retryForMs;
  let conflicts = 0;
  let losses = 0;
  for (;;) {
    try {
      const answers = await within(options.answerWithinMs, options.post(ops));
      if (answers !== LOST) return { answers };
      options.onRetry("no_answer");
      return { failure: "unavailable" };
    } catch (error) {
      const cause = sqlStateOf(error) ?? "unknown";
      if (CONFLICTS.has(cause)) {
        conflicts += 1;
        if (conflicts >= options.conflictAttempts) return { failure: { error } };
        options.onRetry(cause);
        await delay(Math.random() * 2 ** conflicts);
      } else if (isDatabaseDown(error)) {
        const pauseMs = Math.min(25 * 2 ** losses, 500);
        losses += 1;
        options.onRetry(cause);
        if (performance.now() + pauseMs >= giveUpAt) return { failure: "unavailable" };
        await delay(pauseMs);
      } else if (OVERTAXED.test(cause)) {
        options.onRetry(cause);
        return { failure: "unavailable" };
      } else {
        return { failure: { error } };
      }
    }
  }
}

/** The promise's value, or `LOST` after `ms`: a cut network may never say so itself. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof LOST> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<typeof LOST>((resolve) => {
    timer = setTimeout(resolve, ms, LOST);
  });
  try {
    return await Promise.race([promise, lost]);
  } finally {
    clearTimeout(timer);
  }
}

const LOST = Symbol("no answer in time");
/** Serialization failure, deadlock, a key that another batch took meanwhile, and a wallet that moved under its lock. */
const CONFLICTS = new Set(["40001", "40P01", "23505", "RBCAS"]);
/** Timeouts of a statement or a lock, a server without resources, a server that only reads. Nothing was written. */
const OVERTAXED = /^(57014|55P03|25006|53.{3})$/;
