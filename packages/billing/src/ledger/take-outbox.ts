import { sql } from "drizzle-orm";
import type { Executor } from "./open-wallet.ts";

/** A message the ledger wrote with an entry. */
export type OutboxMessage = {
  id: string;
  accountId: string;
  kind: string;
  payload: Record<string, unknown>;
  createdAt: Date;
};

/**
 * Takes the oldest messages off the outbox. Hand them to the queue in the same transaction, under their ids: then none is
 * lost and none is sent twice. Relays at work at once take different ones.
 */
export async function takeOutbox(tx: Executor, limit: number): Promise<OutboxMessage[]> {
  const rows = await tx.execute<OutboxMessage>(
    sql`select id, account_id as "accountId", kind, payload, created_at as "createdAt"
        from ratebook.take_outbox(${limit}::int)`,
  );
  return [...rows];
}
