import type { Sql } from "@ratebook/db";
import { INVOICES_AS_PAID } from "../custom-invoices/custom-invoice-invariant.ts";
import { PURCHASES_AS_SETTLED } from "../top-up/purchase-invariant.ts";
import { journalImbalances } from "./export-journal.ts";
import { INVARIANTS } from "./invariants.ts";
import { rollDueWallets } from "./roll-due-wallets.ts";

/** What became of one invariant. */
export type BookCheck = {
  id: string;
  sentence: string;
  /** How many places break it; null where a database alone cannot tell. */
  violations: number | null;
  /** The first few, as JSON text. */
  examples: readonly string[];
};

/**
 * Checks the ledger's invariants I1 … I16 that SQL can decide over the whole database, after rolling the wallets that are due.
 *
 * Reads while others write: each check sees one moment. It reads every entry, so it is for the night and for tests.
 *
 * @returns a row an invariant, in order; the books balance when no row has a violation
 */
export async function verifyBooks({ sql }: { sql: Sql }): Promise<BookCheck[]> {
  while ((await rollDueWallets({ sql }, { limit: ROLL_LIMIT })) === ROLL_LIMIT);
  const checks: BookCheck[] = [];
  for (const { id, sentence, sql: own } of INVARIANTS) {
    const query =
      id === "I12" ? `${own} union all ${PURCHASES_AS_SETTLED} union all ${INVOICES_AS_PAID}` : own;
    const rows = await sql.unsafe(
      `select *, count(*) over () as violations from (${query}) as broken limit ${EXAMPLES}`,
    );
    const violations = Number(rows[0]?.["violations"] ?? 0);
    const examples = rows.map(({ violations: _count, ...row }) => exampleText(row));
    checks.push({ id, sentence, violations, examples });
  }
  checks.push({ id: "I10", sentence: ACKNOWLEDGED, violations: null, examples: [] });
  const imbalances = await journalImbalances({ sql });
  checks.push({
    id: "I14",
    sentence: "the exported journal balances to zero",
    violations: imbalances.length,
    examples: imbalances.slice(0, EXAMPLES),
  });
  return checks.sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
}

const exampleText = (row: object): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));

const ACKNOWLEDGED =
  "every acknowledged operation is in the ledger (the crash test keeps the acknowledgements)";
const ROLL_LIMIT = 500;
const EXAMPLES = 5;
