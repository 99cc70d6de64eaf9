import { setTimeout as delay } from "node:timers/promises";
import { must } from "@ratebook/core";
import { isDatabaseDown, sqlStateOf } from "@ratebook/db";

/** One operation on its way. Two with the same `key` never share a batch. */
export type Job<Answer> = {
  key: string;
  text: string;
  resolve: (answer: Answer | "unavailable") => void;
  reject: (error: unknown) => void;
};

export type LaneOptions<Answer> = {
  /** Posts texts in one transaction and answers in their order. */
  post: (texts: readonly string[]) => Promise<Answer[]>;
  batchMax: number;
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

/** A queue that one batch at a time leaves: while a batch commits, the next one gathers. */
export type Lane<Answer> = {
  push: (job: Job<Answer>) => void;
  size: () => number;
  idle: () => Promise<void>;
};

/**
 * Makes a lane. There is no timer: a lone operation leaves at once, and what arrives meanwhile leaves together.
 *
 * A batch that loses a conflict is posted again as a whole, a lost connection likewise: the operation ids make that
 * safe. A batch that fails otherwise is split in halves down to the guilty operation, which alone is rejected.
 */
export function createLane<Answer>(options: LaneOptions<Answer>): Lane<Answer> {
  let queue: Job<Answer>[] = [];
  let running: Promise<void> | null = null;
  let inFlight = 0;

  async function run(): Promise<void> {
    // Lets everything posted in this turn of the event loop join the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = take();
      inFlight = batch.length;
      options.onBatch(batch.length);
      await postOrSplit(batch, options);
      inFlight = 0;
    }
    running = null;
  }

  function take(): Job<Answer>[] {
    const batch: Job<Answer>[] = [];
    const later: Job<Answer>[] = [];
    const keys = new Set<string>();
    let index = 0;
    for (; index < queue.length && batch.length < options.batchMax; index += 1) {
      const job = must(queue[index], "the index is inside the queue");
      // One op id with two meanings: a batch with both would break the unique key on every attempt.
      if (keys.has(job.key)) later.push(job);
      else batch.push(job);
      keys.add(job.key);
    }
    queue = later.concat(queue.slice(index));
    return batch;
  }

  return {
    push: (job) => {
      queue.push(job);
      running ??= run();
    },
    size: () => queue.length + inFlight,
    idle: () => running ?? Promise.resolve(),
  };
}

async function postOrSplit<Answer>(batch: Job<Answer>[], options: LaneOptions<Answer>): Promise<void> {
  const result = await postWithRetries(batch, options);
  if ("answers" in result) {
    for (const [index, job] of batch.entries()) {
      job.resolve(must(result.answers[index], "every operation of a batch is answered"));
    }
    return;
  }
  if (result.failure === "unavailable") {
    for (const job of batch) job.resolve("unavailable");
    return;
  }
  const [first] = batch;
  if (first !== undefined && batch.length === 1) {
    if (CONFLICTS.has(sqlStateOf(result.failure.error) ?? "")) first.resolve("unavailable");
    else first.reject(result.failure.error);
    return;
  }
  options.onRetry("split");
  const middle = batch.length >> 1;
  await postOrSplit(batch.slice(0, middle), options);
  await postOrSplit(batch.slice(middle), options);
}

type BatchResult<Answer> = { answers: Answer[] } | { failure: "unavailable" | { error: unknown } };

async function postWithRetries<Answer>(
  batch: Job<Answer>[],
  options: LaneOptions<Answer>,
): Promise<BatchResult<Answer>> {
  const texts = batch.map((job) => job.text);
  const giveUpAt = performance.now() + options.retryForMs;
  let conflicts = 0;
  let losses = 0;
  for (;;) {
    try {
      const answers = await within(options.answerWithinMs, options.post(texts));
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
