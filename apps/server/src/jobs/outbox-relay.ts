import { type OutboxMessage, takeOutbox } from "@ratebook/billing";
import { type Database, inTransaction, type Transaction } from "@ratebook/db";
import type { Logger } from "pino";

/** Hands messages from the ledger's outbox to the job queue until stopped. */
export type OutboxRelay = { stop: () => Promise<void> };

/**
 * Starts the relay. A message leaves the outbox in the transaction that enqueues it under its own id, so none is lost
 * and none is handed over twice, however many replicas relay.
 */
export function startOutboxRelay({
  db,
  log,
  deliver,
}: {
  db: Database;
  log: Logger;
  deliver: (tx: Transaction, message: OutboxMessage) => Promise<void>;
}): OutboxRelay {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let round: Promise<void> = Promise.resolve();

  const relayOnce = async (): Promise<number> =>
    inTransaction(db, async (tx) => {
      const messages = await takeOutbox(tx, BATCH);
      for (const message of messages) await deliver(tx, message);
      return messages.length;
    });

  const run = async (): Promise<void> => {
    let pause = PAUSE_MS;
    try {
      if ((await relayOnce()) === BATCH) pause = 0;
    } catch (error) {
      // The messages stay where they are; the next round takes them.
      log.warn({ err: error }, "the outbox could not be relayed");
      pause = PAUSE_AFTER_ERROR_MS;
    }
    if (!stopped) schedule(pause);
  };
  const schedule = (pauseMs: number): void => {
    timer = setTimeout(() => {
      round = run();
    }, pauseMs);
  };

  schedule(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}

const BATCH = 100;
const PAUSE_MS = 1_000;
const PAUSE_AFTER_ERROR_MS = 5_000;
