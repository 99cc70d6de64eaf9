import { createLedger } from "@ratebook/billing";
import { must } from "@ratebook/core";
import { expect, test, vi } from "vitest";
import { benchCommand, benchJson } from "../commands/bench.ts";
import type { Bench } from "./bench.ts";
import { debitOp } from "./debit-op.ts";
import { hotWallet } from "./debits.ts";
import { runBenches } from "./run-benches.ts";
import { openWallets } from "./wallets.ts";

const quietly = { quick: true, progress: () => {} };

test("a bench measures its figure, and the books of its database are verified after it", async () => {
  const said: string[] = [];
  const { figures, books } = await runBenches([hotWallet], {
    quick: true,
    progress: (line) => said.push(line),
  });
  expect(figures).toMatchObject([{ bench: "hot-wallet", unit: "ratio", target: { atLeast: 8 } }]);
  expect(figures[0]?.measured).toBeGreaterThan(0);
  expect(books).toEqual([{ bench: "hot-wallet", database: "debits", balanced: true, broken: [] }]);
  expect(said).toContain("hot-wallet: verifying the books");
});

test("books that a bench spoils are told with the invariant they break", async () => {
  const spoiling: Bench = {
    name: "spoiling",
    title: "loses an entry",
    run: async (lab) => {
      const database = await lab.openDatabase("spoiled");
      const { sql } = database.connect({ max: 2 });
      const ledger = createLedger({ sql });
      const [wallet] = await openWallets(sql, ledger, 1);
      await ledger.post(debitOp(must(wallet, "one was opened").account));
      const owner = database.connect({ max: 1, as: "owner" }).sql;
      await owner`alter table ratebook.entry disable trigger append_only`;
      await owner`delete from ratebook.entry where kind = 'debit'`;
      return [];
    },
  };
  const report = await runBenches([spoiling], quietly);
  expect(report.books).toMatchObject([{ bench: "spoiling", balanced: false }]);
  expect(report.books[0]?.broken.join("\n")).toContain("I3 (1): balance, held and debt are the sums");
  expect(benchJson(report)).toMatchObject({ balanced: false });
});

test("a bench that throws takes its server with it", async () => {
  let url = "";
  const throwing: Bench = {
    name: "throwing",
    title: "fails",
    run: async (lab) => {
      url = (await lab.openDatabase("left")).appUrl;
      throw new Error("not today");
    },
  };
  await expect(runBenches([throwing], quietly)).rejects.toThrow("not today");
  await expect(fetch(`http://${new URL(url).host}`)).rejects.toMatchObject({
    cause: { code: "ECONNREFUSED" },
  });
});

test("--json prints one object: every figure with its target and verdict, and the books", async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await benchCommand().parseAsync(["--quick", "--json", "--only", "publish"], { from: "user" });
    const { balanced, figures, books } = JSON.parse(String(must(printed.mock.calls[0], "it printed")[0]));
    expect(balanced).toBe(true);
    expect(books).toEqual([{ bench: "publish", database: "catalogue_0", balanced: true, broken: [] }]);
    expect(figures.length).toBe(4);
    for (const figure of figures) {
      expect(figure).toEqual({
        bench: "publish",
        what: expect.any(String),
        measured: expect.any(Number),
        unit: expect.stringMatching(/^(s|rows)$/),
        target: { atMost: expect.any(Number) },
        note: expect.any(String),
        holds: figure.measured <= figure.target.atMost,
      });
    }
    // The one figure that no busy machine changes.
    expect(figures[3]).toMatchObject({ unit: "rows", measured: 0, holds: true });
  } finally {
    printed.mockRestore();
  }
});
