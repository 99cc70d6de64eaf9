import { must, type Nanos, nanos, readCsv } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import type { LedgerOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import {
  dollars,
  expectBooksBalance,
  OPERATOR,
  SERVICE,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { grantCredits } from "../usage/grant-credits.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { listStatements } from "./list-statements.ts";
import { exportStatement, getStatement } from "./read-statement.ts";
import type { Statement } from "./statement.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({
    offerings: ["chat-1", "=chat-2"].map((model) => ({
      provider: "acme",
      model,
      modality: "language",
      listed: true,
      rates: [{ meter: "output_tokens", usd: "10", per: 1_000_000 }],
    })),
  });
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

async function statementOf(actor: Actor, month: string): Promise<Statement> {
  const read = await getStatement(fixture.ctx, actor, { month });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** A million tokens: 10.00 and a markup of 20 %. */
async function use(customer: string, model: string, tokens = 1_000_000): Promise<void> {
  const recorded = await recordUsage(fixture.ctx, SERVICE, {
    customer,
    offering: `acme/${model}`,
    quantities: { output_tokens: tokens },
    idempotencyKey: fixture.ctx.newId(),
  });
  if (!recorded.ok) throw new Error(recorded.error.kind);
}

type OpDraft = LedgerOp extends infer Op
  ? Op extends LedgerOp
    ? Omit<Op, "account" | "meaningHash">
    : never
  : never;

async function post(account: string, op: OpDraft) {
  const outcome = await fixture.ctx.ledger.post({ ...op, account, meaningHash: "0".repeat(64) } as LedgerOp);
  return outcome.kind;
}

const fresh = () => opId("payment", fixture.ctx.newId());

/** Adds opening and lines up in both columns. */
function expectToFoot({ opening, lines, closing }: Statement): void {
  const sum = (column: "credits" | "debt"): Nanos =>
    nanos(lines.reduce((total, line) => total + line[column], opening[column] as bigint));
  expect({ credits: sum("credits"), debt: sum("debt") }).toEqual(closing);
}

test("a month says what came in, what was used and what is owed; the next one opens where it closed", async () => {
  const { id, key } = await fixture.customer("two-months", "50");
  const granted = await grantCredits(fixture.ctx, OPERATOR, {
    customer: id,
    amount: dollars("5"),
    reason: "Welcome",
    category: "promotional",
    // In November still, after all usage of it.
    expiresAt: new Date("2026-11-30T12:00:00Z"),
    idempotencyKey: "welcome-two-months",
  });
  expect(granted.ok).toBe(true);
  await use(id, "chat-1");
  await use(id, "chat-1");
  await use(id, "=chat-2");
  await post(id, {
    kind: "debit",
    opId: fresh(),
    amount: dollars("0.5"),
    mode: "record",
    contra: "revenue:infrastructure",
  });
  const bought = fresh();
  await post(id, {
    kind: "grant",
    opId: bought,
    amount: dollars("10"),
    category: "purchased",
    contra: "clearing:stripe",
    source: "USDC",
  });
  await post(id, {
    kind: "revoke",
    opId: fresh(),
    ref: bought,
    amount: dollars("4"),
    contra: "clearing:stripe",
    allowDebt: false,
  });
  expect(await statementOf(key, "2026-11")).toMatchObject({
    complete: false,
    opening: { credits: 0n, debt: 0n },
    lines: [
      { kind: "purchase", about: "clearing:sandbox", operations: 1, credits: dollars("50") },
      { kind: "purchase", about: "clearing:stripe", operations: 1, credits: dollars("10") },
      { kind: "promotional_grant", about: null, operations: 1, credits: dollars("5") },
      { kind: "usage", about: "acme/chat-1", operations: 2, credits: dollars("-24"), debt: 0n },
      { kind: "usage", about: "acme/=chat-2", operations: 1, credits: dollars("-12"), debt: 0n },
      { kind: "infrastructure", about: null, operations: 1, credits: dollars("-0.5") },
      { kind: "refund", about: null, operations: 1, credits: dollars("-4") },
    ],
    // 50 + 10 + 5 - 24 - 12 - 0.5 - 4 = 24.5; the promotional 5 were used first, so none of them expire.
    closing: { credits: dollars("24.5"), debt: 0n },
  });
  fixture.prices.advance(10 * DAY_MS);
  // 24.5 are there for 36 of usage: 11.5 become debt, which the next purchase repays.
  await use(id, "chat-1", 3_000_000);
  await fixture.fund(id, "20");
  const november = await statementOf(key, "2026-11");
  const december = await statementOf(key, "2026-12");
  expect(november).toMatchObject({
    complete: true,
    to: new Date("2026-12-01T00:00:00Z"),
    closing: { credits: dollars("24.5") },
  });
  expect(december).toMatchObject({
    opening: november.closing,
    lines: [
      { kind: "purchase", credits: dollars("20"), debt: 0n },
      {
        kind: "usage",
        about: "acme/chat-1",
        operations: 1,
        credits: dollars("-24.5"),
        debt: dollars("11.5"),
      },
      { kind: "debt_repaid", credits: dollars("-11.5"), debt: dollars("-11.5") },
    ],
    // 24.5 + 20 - 24.5 - 11.5 = 8.5
    closing: { credits: dollars("8.5"), debt: 0n },
  });
  for (const statement of [november, december]) expectToFoot(statement);
  const listed = await listStatements(fixture.ctx, key, { limit: 1 });
  expect(listed).toMatchObject({
    ok: true,
    value: { items: [{ month: "2026-12", complete: false }], nextCursor: "2026-12" },
  });
  expect(await listStatements(fixture.ctx, key, { limit: 5, cursor: "2026-12" })).toMatchObject({
    ok: true,
    value: { items: [{ month: "2026-11", complete: true }], nextCursor: null },
  });
});

test("whatever is posted, every month foots and the last one closes at the wallet", async () => {
  const step = fc.record({
    what: fc.constantFrom("buy", "give", "use", "infra", "take", "revoke", "wait"),
    amount: fc.bigInt({ min: 1n, max: 3_000_000_000n }),
  });
  let customers = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      customers += 1;
      const { id, key } = await fixture.customer(`random ${customers}`);
      const grants: string[] = [];
      const months = new Set([fixture.ctx.clock().toISOString().slice(0, 7)]);
      for (const { what, amount: raw } of steps) {
        const amount = nanos(raw);
        const grant = fresh();
        if (what === "buy" || what === "give") {
          const [category, contra] =
            what === "buy"
              ? (["purchased", "clearing:stripe"] as const)
              : (["promotional", "promo"] as const);
          const expiresAt = what === "give" ? new Date(fixture.ctx.clock().getTime() + 8 * DAY_MS) : null;
          await post(id, { kind: "grant", opId: grant, amount, category, contra, source: what, expiresAt });
          grants.push(grant);
        } else if (what === "use") await use(id, "chat-1", Number(raw % 1_000_000n));
        else if (what === "infra") {
          await post(id, {
            kind: "debit",
            opId: fresh(),
            amount,
            mode: "record",
            contra: "revenue:infrastructure",
          });
        } else if (what === "take") {
          await post(id, {
            kind: "adjustment",
            opId: fresh(),
            amount: nanos(-raw),
            contra: "promo",
            source: "taken",
          });
        } else if (what === "revoke") {
          const ref = grants.pop();
          if (ref)
            await post(id, { kind: "revoke", opId: fresh(), ref, amount, contra: "promo", allowDebt: true });
        } else {
          fixture.prices.advance(11 * DAY_MS);
          months.add(fixture.ctx.clock().toISOString().slice(0, 7));
        }
      }
      let before = { credits: 0n, debt: 0n };
      for (const month of [...months].sort()) {
        const statement = await statementOf(key, month);
        expectToFoot(statement);
        expect(statement.opening).toEqual(before);
        before = statement.closing;
      }
      const [wallet] =
        await database.sql`select balance as credits, debt from ratebook.wallet where account_id = ${id}`;
      expect(before).toEqual({ ...must(wallet, "it was opened") });
    }),
    { numRuns: 25 },
  );
});

test("the CSV's columns add up to its last row, and no cell is a formula", async () => {
  const { id, key } = await fixture.customer("=HYPERLINK(1)", "20.000000001");
  await use(id, "=chat-2");
  const month = fixture.ctx.clock().toISOString().slice(0, 7);
  const exported = await exportStatement(fixture.ctx, key, { month });
  if (!exported.ok) throw new Error(exported.error.kind);
  expect(exported.value.name).toBe(`statement-${month}.csv`);
  const read = readCsv(exported.value.csv, ",");
  if (!read.ok) throw new Error(read.error.message);
  const rows = read.value.map(({ cells }) => cells);
  expect(rows).toEqual([
    ["month", "customer", "item", "operations", "credits_usd", "debt_usd"],
    [month, "'=HYPERLINK(1)", "Opening balance", "", "0", "0"],
    [month, "'=HYPERLINK(1)", "Test purchases", "1", "20.000000001", "0"],
    [month, "'=HYPERLINK(1)", "Usage: acme/=chat-2", "1", "-12", "0"],
    // 20.000000001 - 12
    [month, "'=HYPERLINK(1)", "Closing balance", "", "8.000000001", "0"],
  ]);
});

test("a stranger's statement, a month to come and no month at all are refused", async () => {
  const mine = await fixture.customer("mine");
  const other = await fixture.customer("other");
  expect(await getStatement(fixture.ctx, mine.key, { customer: other.id, month: "2026-11" })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
  for (const month of ["2999-01", "2026-13", "2026-1", "november"]) {
    expect(await getStatement(fixture.ctx, mine.key, { month })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "month" },
    });
  }
});

const DAY_MS = 86_400_000;
