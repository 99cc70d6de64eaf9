import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { createLedger } from "./create-ledger.ts";
import { exportJournal } from "./export-journal.ts";
import { debit, fundedWallet, grant, hold, settle } from "./ledger-fixture.ts";

let database: TestDatabase;
let account: string;
let journal = "";
beforeAll(async () => {
  database = await testDatabase();
  const ledger = createLedger({ sql: database.sql });
  account = await fundedWallet(database, ledger, 5_000_000_001n);
  const promotion = grant(account, { amount: nanos(700n), category: "promotional", contra: "promo" });
  await ledger.post(promotion);
  const placed = hold(account, 1000n);
  await ledger.post(placed);
  await ledger.post(settle(account, placed.opId, 999n));
  // 4,999,999,702 are left: 298 become debt, and the next purchase repays them.
  await ledger.post(debit(account, 5_000_000_000n));
  await ledger.post(grant(account, { amount: nanos(1_000n), contra: "clearing:stripe" }));
  for await (const chunk of exportJournal({ sql: database.sql })) journal += chunk;
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await database.drop();
});

/** An independent reader: sums by account in whole nanos; throws where a transaction does not add up to zero. */
function readJournal(text: string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const block of text.split(/\n\n+/)) {
    let total = 0n;
    for (const line of block.split("\n").filter((it) => /^\s/.test(it))) {
      const [name = "", amount = "", currency] = line.trim().split(/\s+/);
      expect(currency).toBe("USD");
      const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
      const size = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
      const value = amount.startsWith("-") ? -size : size;
      total += value;
      sums.set(name, (sums.get(name) ?? 0n) + value);
    }
    expect(total, block).toBe(0n);
  }
  return sums;
}

test("every transaction of the journal adds up to zero, and the accounts say what the wallet says", () => {
  expect(Object.fromEntries(readJournal(journal))).toEqual({
    // 1,000 bought less 298 of debt repaid.
    [`liabilities:wallets:${account}`]: -702n,
    [`assets:receivable:customers:${account}`]: 0n,
    "assets:clearing:sandbox": 5_000_000_001n,
    "assets:clearing:stripe": 1_000n,
    "expenses:promo": 700n,
    "income:revenue:usage": -5_000_000_999n,
  });
});

test("hledger or ledger reads the journal, where one is installed", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "ratebook-journal-"));
  try {
    const file = join(folder, "books.journal");
    await writeFile(file, journal);
    for (const program of ["hledger", "ledger"]) {
      const answer = await promisify(execFile)(program, ["-f", file, "balance"]).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      });
      if (answer === undefined) continue;
      expect(answer.stdout).toContain("income:revenue:usage".split(":")[0]);
      return;
    }
    await context.annotate(
      "neither hledger nor ledger is installed: only the reader above checked the journal",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
