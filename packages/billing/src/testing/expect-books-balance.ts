import type { Sql } from "@ratebook/db";
import { verifyBooks } from "../ledger/verify-books.ts";

/**
 * Throws where any invariant of the ledger is broken in this database, naming each with examples. Every test that posts
 * ends with it. Wallets due by the database's clock are rolled first.
 */
export async function expectBooksBalance(sql: Sql): Promise<void> {
  const broken = (await verifyBooks({ sql })).filter(
    ({ violations }) => violations !== null && violations > 0,
  );
  if (broken.length === 0) return;
  const lines = broken.map(({ id, sentence, examples }) => `${id}: ${sentence}\n  ${examples.join("\n  ")}`);
  throw new Error(`the books do not balance\n${lines.join("\n")}`);
}
