import { must } from "@ratebook/core";
import { sql } from "drizzle-orm";
import { checkOperation } from "./check-operation.ts";
import type { LedgerOp } from "./ledger-op.ts";
import type { Executor } from "./open-wallet.ts";
import { inOrder } from "./post-batch.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { type AnswerRow, batchArguments, outcomeOf, wireOp } from "./wire.ts";

/**
 * Posts operations inside the caller's transaction, where rows outside the ledger must change with them: a payment that
 * becomes a grant, a day of a resource that becomes a debit. The wallets stay locked until that transaction ends, so it
 * should be short; everything else goes through `Ledger.post`.
 *
 * Outcomes stand in the operations' order and are true only once the transaction commits. Refusals are values and leave
 * the transaction usable; a database error aborts it. Op ids differ from each other within one account.
 *
 * @param now for tests of expiry; the database's clock otherwise
 */
export async function postWithin(
  tx: Executor,
  ops: readonly LedgerOp[],
  now: Date | null = null,
): Promise<PostOutcome[]> {
  for (const op of ops) checkOperation(op);
  const [requests, pools, dimensions, lines, metadata] = batchArguments(ops.map(wireOp));
  const rows = await tx.execute<AnswerRow>(
    sql`select * from ratebook.post_batch(${requests}::text::ratebook.request[], ${pools}, ${dimensions}, ${lines},
      ${metadata}, ${now?.toISOString() ?? null}::timestamptz)`,
  );
  return inOrder(rows).map((row, index) =>
    outcomeOf(must(ops[index], "every answer belongs to an operation"), row),
  );
}
