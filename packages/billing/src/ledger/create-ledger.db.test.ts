import { nanos } from "@ratebook/core";
import { connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { bucketOf } from "./bucket-of.ts";
import { createLedger, type Ledger } from "./create-ledger.ts";
import { debit, fundedWallet, grant, hold, meaningOf, settle, usageOf, withKey } from "./ledger-fixture.ts";
import { opId } from "./op-id.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { setDebtCap, setWalletStatus, watchBelow } from "./set-wallet.ts";
import { takeOutbox } from "./take-outbox.ts";
import { REQUEST_FIELDS } from "./wire.ts";

let database: TestDatabase;
let ledger: Ledger;
beforeAll(async () => {
  database = await testDatabase();
  ledger = createLedger({ sql: database.sql });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await ledger.close();
  await database.drop();
});

const count = (outcomes: readonly PostOutcome[], kind: PostOutcome["kind"]): number =>
  outcomes.filter((outcome) => outcome.kind === kind).length;
const times = <T>(n: number, make: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => make(index));

test("of 200 parallel gate debits on a wallet for 100, exactly 100 pass", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  // Through four ledgers, as four server replicas would.
  const replicas = times(4, () => createLedger({ sql: database.sql }));
  const outcomes = await Promise.all(
    times(200, (index) => (replicas[index % 4] ?? ledger).post(debit(account, 1n, { mode: "gate" }))),
  );
  expect(count(outcomes, "done")).toBe(100);
  expect(count(outcomes, "insufficient")).toBe(100);
});

test("of 200 parallel record debits on a wallet for 100, all post and the debt is exactly 100", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const outcomes = await Promise.all(times(200, () => ledger.post(debit(account, 1n))));
  expect(count(outcomes, "done")).toBe(200);
  const [wallet] =
    await database.sql`select balance, debt from ratebook.wallet where account_id = ${account}`;
  expect({ ...wallet }).toEqual({ balance: 0n, debt: 100n });
});

test("the same key 20 times in parallel posts once and replays 19 times, with the same numbers", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const replicas = times(4, () => createLedger({ sql: database.sql }));
  const op = debit(account, 7n);
  const outcomes = await Promise.all(times(20, (index) => (replicas[index % 4] ?? ledger).post(op)));
  expect(count(outcomes, "done")).toBe(1);
  expect(count(outcomes, "replayed")).toBe(19);
  const seqs = outcomes.map((outcome) =>
    "seq" in outcome ? `${outcome.seq} ${outcome.balance}` : outcome.kind,
  );
  expect(new Set(seqs)).toEqual(new Set(["2 93"]));
});

test("one key with two meanings at once posts one of them and calls the other a conflict", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const key = withKey(account, crypto.randomUUID());
  const outcomes = await Promise.all([
    ledger.post(debit(account, 3n, key)),
    ledger.post(debit(account, 5n, { ...key, meaningHash: meaningOf("another") })),
  ]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["conflict", "done"]);
});

test("a retry after a price change replays the first amount", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const key = withKey(account, crypto.randomUUID());
  await ledger.post(debit(account, 10n, key));
  const again = await ledger.post(debit(account, 12n, key));
  expect(again).toMatchObject({ kind: "replayed", amountTaken: 10n, balance: 90n });
});

test("text the database cannot store fails alone among 255 good operations", async () => {
  const account = await fundedWallet(database, ledger, 1000n);
  const settled = await Promise.allSettled(
    times(256, (index) =>
      ledger.post(
        debit(
          account,
          1n,
          index === 77 ? { usageEvent: usageOf(1n, { metadata: { note: "a\u0000b" } }) } : {},
        ),
      ),
    ),
  );
  expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(settled[77]?.status).toBe("rejected");
  const [wallet] = await database.sql`select balance from ratebook.wallet where account_id = ${account}`;
  expect(wallet?.["balance"]).toBe(1000n - 255n);
  // A lone surrogate likewise.
  await expect(
    ledger.post(debit(account, 1n, { usageEvent: usageOf(1n, { metadata: { note: "\ud800" } }) })),
  ).rejects.toThrow();
});

test("a refusal writes nothing, and its key works after a top-up", async () => {
  const account = await fundedWallet(database, ledger, 5n);
  const op = debit(account, 10n, { mode: "gate" });
  expect(await ledger.post(op)).toMatchObject({ kind: "insufficient", required: 10n, available: 5n });
  await ledger.post(grant(account, { amount: nanos(5n) }));
  expect(await ledger.post(op)).toMatchObject({ kind: "done", seq: 3n, balance: 0n });
});

test("a hold sets money aside, its settle takes hold and more, and the rest is debt that blocks new holds", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const placed = hold(account, 60n);
  expect(await ledger.post(placed)).toMatchObject({ kind: "done", held: 60n, available: 40n });
  // 60 held + 40 available pay 100 of 130; 30 become debt.
  expect(await ledger.post(settle(account, placed.opId, 130n))).toMatchObject({
    kind: "done",
    amountTaken: 100n,
    debtIncurred: 30n,
    debt: 30n,
    held: 0n,
  });
  expect(await ledger.post(hold(account, 0n))).toMatchObject({ kind: "debt_outstanding", debt: 30n });
  expect(await ledger.post(settle(account, placed.opId, 1n))).toMatchObject({
    kind: "hold_not_open",
    state: "settled",
  });
  // A purchase repays at once, a promotion would not.
  expect(await ledger.post(grant(account, { amount: nanos(20n), category: "promotional" }))).toMatchObject({
    debt: 30n,
  });
  expect(await ledger.post(grant(account, { amount: nanos(50n) }))).toMatchObject({
    debt: 0n,
    debtRepaid: 30n,
    balance: 40n,
  });
});

test("debt beyond the cap suspends: gates and holds are refused, records still record, repayment lifts it", async () => {
  const account = await fundedWallet(database, ledger, 0n);
  await setDebtCap(database.db, account, nanos(10n));
  await ledger.post(debit(account, 11n));
  expect(await ledger.post(debit(account, 0n, { mode: "gate", usageEvent: usageOf(0n) }))).toMatchObject({
    kind: "suspended",
    because: "debt",
  });
  expect(await ledger.post(hold(account, 0n))).toMatchObject({ kind: "suspended" });
  expect(await ledger.post(debit(account, 1n))).toMatchObject({ kind: "done", debt: 12n });
  await ledger.post(grant(account, { amount: nanos(2n) }));
  expect(await ledger.post(debit(account, 0n, { mode: "gate", usageEvent: usageOf(0n) }))).toMatchObject({
    kind: "done",
    debt: 10n,
  });
  await setWalletStatus(database.db, account, "suspended");
  expect(await ledger.post(hold(account, 0n))).toMatchObject({ kind: "suspended", because: "operator" });
});

test("a debit given back in full answers reversed, and never more than it cost is given back", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const op = debit(account, 40n);
  await ledger.post(op);
  const back = (amount: bigint) =>
    ledger.post(grant(account, { amount: nanos(amount), contra: "refunds", ref: op.opId }));
  expect(await back(30n)).toMatchObject({ kind: "done", balance: 90n });
  expect(await ledger.post(op)).toMatchObject({ kind: "replayed" });
  expect(await back(11n)).toMatchObject({ kind: "exceeds_original", remaining: 10n });
  expect(await back(10n)).toMatchObject({ kind: "done", balance: 100n });
  expect(await ledger.post(op)).toEqual({ kind: "reversed", opId: op.opId });
});

test("falling below a watched level is announced once, with the operation and in the outbox", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  await watchBelow(database.db, account, [nanos(50n), nanos(20n)]);
  const crossing = await ledger.post(debit(account, 60n));
  expect(crossing).toMatchObject({ crossedBelow: [50n] });
  expect(await ledger.post(debit(account, 5n))).toMatchObject({ crossedBelow: [] });
  const messages = await database.db.transaction((tx) => takeOutbox(tx, 10));
  expect(messages).toMatchObject([
    {
      accountId: account,
      kind: "wallet.crossed_below",
      payload: { accountId: account, seq: "2", available: "40", crossed: ["50"] },
    },
  ]);
  expect(await database.db.transaction((tx) => takeOutbox(tx, 10))).toEqual([]);
});

test("an operation's own messages are written with it, and not again on a replay", async () => {
  const account = await fundedWallet(database, ledger, 10n);
  const id = crypto.randomUUID();
  const op = debit(account, 1n, { outbox: [{ id, kind: "usage.recorded", payload: { n: 1 } }] });
  await ledger.post(op);
  await ledger.post(op);
  const messages = await database.db.transaction((tx) => takeOutbox(tx, 10));
  expect(messages.map((message) => message.id)).toEqual([id]);
});

test("an operation on an account without a wallet says so", async () => {
  const account = opId("test", "nobody");
  expect(await ledger.post(debit(account, 1n))).toMatchObject({ kind: "no_account" });
});

test("a malformed operation is thrown back before it is queued", async () => {
  const account = await fundedWallet(database, ledger, 10n);
  await expect(ledger.post(debit(account, -1n))).rejects.toThrow("amount is not negative");
  await expect(ledger.post(debit(account, 2n, { usageEvent: usageOf(1n) }))).rejects.toThrow(
    "operation's amount",
  );
  await expect(ledger.post({ ...debit(account, 2n), opId: "x" })).rejects.toThrow("opId is a uuid");
});

test("a full queue answers overloaded at once, and what was queued is still posted", async () => {
  const small = createLedger({ sql: database.sql, queueMax: 3 });
  const account = await fundedWallet(database, ledger, 10n);
  const outcomes = await Promise.all(times(5, () => small.post(debit(account, 1n))));
  expect(count(outcomes, "done")).toBe(3);
  expect(count(outcomes, "overloaded")).toBe(2);
  expect(small.stats()).toMatchObject({ overloaded: 2, waiting: 0, operations: 3 });
});

test("closing posts what is queued and refuses what comes after", async () => {
  const closing = createLedger({ sql: database.sql });
  const account = await fundedWallet(database, ledger, 10n);
  const queued = closing.post(debit(account, 1n));
  await closing.close();
  expect(await queued).toMatchObject({ kind: "done" });
  expect(await closing.post(debit(account, 1n))).toMatchObject({ kind: "unavailable" });
});

test("a database that cannot be reached is unavailable, never a success", async () => {
  const nowhere = connect({ url: "postgres://nobody@127.0.0.1:1/none", max: 1, applicationName: "test" });
  const lost = createLedger({ sql: nowhere.sql, retryForMs: 0 });
  expect(await lost.post(debit(opId("test", "x"), 1n))).toMatchObject({ kind: "unavailable" });
  await nowhere.close();
});

test("the same bucket and the same derived ids come out in TypeScript and in SQL", async () => {
  const ids = times(50, () => crypto.randomUUID());
  const rows =
    await database.sql`select id, ratebook.bucket_of(id) as bucket, ratebook.derived_op_id('ledger:x', id::text) as derived
    from unnest(${ids}::uuid[]) as id`;
  for (const row of rows) {
    expect(row["bucket"]).toBe(bucketOf(String(row["id"])));
    expect(row["derived"]).toBe(opId("ledger:x", String(row["id"])));
  }
});

test("operations are written with the fields of ratebook.request, in its order", async () => {
  const rows = await database.sql`
    select attname as name from pg_attribute
    where attrelid = 'ratebook.request'::regclass and attnum > 0 order by attnum`;
  expect(rows.map((row) => row["name"])).toEqual([...REQUEST_FIELDS]);
});

test("text with quotes, backslashes, commas, brackets and nothing in it arrives as it was", async () => {
  const account = await fundedWallet(database, ledger, 10n);
  const odd = 'a "b" \\ c, (d) {e} \n\t\u00e9 \\"';
  const more = { offering: odd, agentId: "", appId: "null", metadata: { [odd]: odd }, outcome: " " };
  const op = debit(account, 1n, { usageEvent: usageOf(1n, more) });
  await ledger.post(op);
  const [event] = await database.sql`select * from ratebook.usage_event where op_id = ${op.opId}`;
  expect(event).toMatchObject({
    offering: odd,
    agent_id: "",
    app_id: "null",
    user_id: null,
    metadata: { [odd]: odd },
    outcome: " ",
    pools: { input_tokens: "1200" },
  });
});
