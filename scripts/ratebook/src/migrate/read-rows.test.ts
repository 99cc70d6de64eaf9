import { expect, test } from "vitest";
import { SYSTEMS } from "./columns.ts";
import { planMigration } from "./plan.ts";
import { CustomerRow, KeyRow, readRows } from "./read-rows.ts";

const header =
  "external_id,name,email,balance,stripe_customer_id,stripe_payment_method_id,auto_top_up_threshold,auto_top_up_amount";
const customers = (...lines: string[]) => readRows([header, ...lines].join("\n"), CustomerRow, {});

test("every wrong cell is named by line and column, and what it must be is said", () => {
  expect(customers("a,A,nobody,1e3,cus-1,4242,much,-1", ",A,,-1,,,,")).toEqual({
    ok: false,
    error: [
      [2, /^email: must be an e-mail address|^email: /],
      [2, /^balance: must be plain decimal text/],
      [2, /^stripe_customer_id: must be an id like cus_…/],
      [2, /^stripe_payment_method_id: must be an id like pm_…/],
      [2, /^auto_top_up_threshold: must be/],
      [2, /^auto_top_up_amount: must be/],
      [3, /^external_id: /],
      [3, /^balance: must/],
    ].map(([line, message]) => ({ line, message: expect.stringMatching(message as RegExp) })),
  });
});

test("a balance is said, not guessed", () => {
  for (const [cell, message] of [
    ["", 'must be plain decimal text such as "12.50"'],
    ['"1,5"', 'must be plain decimal text such as "12.50"'],
    ['"1,234.50"', 'must be plain decimal text such as "12.50"'],
    ["0.0000000001", "must have at most 9 decimal places"],
  ]) {
    expect(customers(`a,A,,${cell},,,,`)).toEqual({
      ok: false,
      error: [{ line: 2, message: `balance: ${message}` }],
    });
  }
});

test.each([
  ["", "the file is empty"],
  ["external_id,external_id,name,balance\na,a,A,1", "the column external_id is there twice"],
  ["external_id,email\na,", "there is no column name, balance"],
  ["external_id,name,balance\na,A", "has 2 cells, and the header 3"],
  ['external_id,name,balance\na,"A', "a quote is opened and never closed"],
])("%j is refused: %s", (text, message) => {
  const read = readRows(text, CustomerRow, {});
  expect(read).toMatchObject({ ok: false, error: [{ message }] });
});

test("a missing column is told by the other system's name", () => {
  const read = readRows("id,name\na,A", CustomerRow, SYSTEMS["elizaos"]?.customers ?? {});
  expect(read).toEqual({ ok: false, error: [{ line: 1, message: "there is no column credit_balance" }] });
});

test("keys expire at the instant a database exports, UTC where it names no zone", () => {
  const expiry = (text: string) => {
    const read = readRows(`external_id,hash,expires_at\na,${"a".repeat(64)},${text}`, KeyRow, {});
    return read.ok ? (read.value[0]?.value.expires_at?.toISOString() ?? null) : read.error[0]?.message;
  };
  expect(expiry("2026-12-31 10:00:00")).toBe("2026-12-31T10:00:00.000Z");
  expect(expiry("2026-12-31 10:00:00.5+02")).toBe("2026-12-31T08:00:00.500Z");
  expect(expiry("2026-12-31T10:00:00Z")).toBe("2026-12-31T10:00:00.000Z");
  expect(expiry("2026-12-31")).toBe("2026-12-31T00:00:00.000Z");
  expect(expiry("")).toBeNull();
  for (const wrong of ["1", "soon", "2026-02-30", "2026-02-30 10:00:00", "2026-12-31 24:00:00"])
    expect(expiry(wrong)).toMatch(/^expires_at: must be an instant/);
});

test("a card without its Stripe customer is a problem of its line", () => {
  const rows = customers("a,A,,1,,pm_1,,", "b,B,,1,cus_1,pm_2,,");
  if (!rows.ok) throw new Error("the rows are well-formed");
  const unknown = { known: false, opened: null };
  const { plan, problems } = planMigration(rows.value, [], [unknown, unknown]);
  expect(problems).toEqual([{ line: 2, message: "pm_1 is the card of no Stripe customer" }]);
  expect(plan).toMatchObject({ stripeCustomers: 1, cards: 2 });
});
