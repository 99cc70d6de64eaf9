import { expect, test } from "vitest";
import { transactionsMade, transactionsPerSecond } from "./pgbench-program.ts";

test("the rate is read from what pgbench prints, and nothing is made up where it prints none", () => {
  const printed = [
    "number of clients: 32",
    "number of transactions actually processed: 4812",
    "latency average = 13.301 ms",
    "tps = 2405.834718 (without initial connection time)",
  ].join("\n");
  expect(transactionsPerSecond(printed)).toBe(2405.834718);
  expect(transactionsMade(printed)).toBe(4812);
  expect(() => transactionsMade("pgbench: error: could not connect")).toThrow("printed no count");
  expect(() => transactionsPerSecond("pgbench: error: could not connect")).toThrow("printed no rate");
});
