import { nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { createLedger } from "./create-ledger.ts";
import { debit, fundedWallet, grant, hold, settle, withKey } from "./ledger-fixture.ts";
import { rollDueWallets } from "./roll-due-wallets.ts";
import { rollWallet } from "./roll-wallet.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let database: TestDatabase;
let now = Date.UTC(2026, 2, 1);
let ledger: ReturnType<typeof createLedger>;
beforeAll(async () => {
  database = await testDatabase();
  ledger = createLedger({ sql: database.sql, clock: () => new Date(now) });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await ledger.close();
  await database.drop();
});

test("a hold past its expiry frees the credits, and may be settled late, once, within 7 days", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const placed = hold(account, 80n, { ttlSeconds: 60 });
  await ledger.post(placed);
  now += 59_999;
  expect(await ledger.post(debit(account, 21n, { mode: "gate" }))).toMatchObject({
    kind: "insufficient",
    available: 20n,
  });
  now += 1;
  expect(await ledger.post(debit(account, 21n, { mode: "gate" }))).toMatchObject({
    kind: "done",
    held: 0n,
    balance: 79n,
  });
  now += 7 * DAY - 1;
  // 79 are there; the hold was for 80.
  expect(await ledger.post(settle(account, placed.opId, 80n))).toMatchObject({
    kind: "done",
    late: true,
    amountTaken: 79n,
    debtIncurred: 1n,
  });
  expect(await ledger.post(settle(account, placed.opId, 1n))).toMatchObject({
    kind: "hold_not_open",
    state: "settled",
  });
  const [event] = await database.sql`
    select late from ratebook.usage_event where account_id = ${account} and hold_id = ${placed.opId}`;
  expect(event?.["late"]).toBe(true);
});

test("7 days after its expiry a hold can no longer be settled, and the sweeper forgets it", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const placed = hold(account, 80n, { ttlSeconds: 1 });
  await ledger.post(placed);
  now += 1000 + 7 * DAY;
  expect(await ledger.post(settle(account, placed.opId, 1n))).toMatchObject({
    kind: "hold_not_open",
    state: "expired",
  });
  await rollDueWallets({ sql: database.sql }, { limit: 10, now: new Date(now) });
  expect(await database.sql`select 1 from ratebook.hold where account_id = ${account}`).toHaveLength(0);
  expect(await ledger.post(settle(account, placed.opId, 1n))).toMatchObject({
    kind: "hold_not_open",
    state: "expired",
  });
});

test("a hold is extended to 24 hours after it was placed and not a second longer", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  const placed = hold(account, 10n, { ttlSeconds: 60 });
  const placedAt = now;
  await ledger.post(placed);
  now += 30_000;
  const extend = (ttlSeconds: number) =>
    ledger.post({ ...withKey(account, crypto.randomUUID()), kind: "extend", ref: placed.opId, ttlSeconds });
  expect(await extend(60)).toMatchObject({ expiresAt: new Date(now + 60_000) });
  expect(await extend(10)).toMatchObject({ expiresAt: new Date(now + 60_000) });
  expect(await extend(86_400)).toMatchObject({ expiresAt: new Date(placedAt + DAY) });
  now = placedAt + DAY;
  expect(await extend(60)).toMatchObject({ kind: "hold_not_open", state: "expired" });
});

test("a grant is forfeited at its instant, except what a hold placed before covers", async () => {
  const account = await fundedWallet(database, ledger, 0n);
  const expiresAt = new Date(now + HOUR);
  await ledger.post(
    grant(account, { amount: nanos(100n), category: "promotional", contra: "promo", expiresAt }),
  );
  const placed = hold(account, 30n, { ttlSeconds: 2 * 3600 });
  await ledger.post(placed);
  now += HOUR;
  await rollDueWallets({ sql: database.sql }, { limit: 10, now: new Date(now) });
  const wallet = async () => {
    const [row] =
      await database.sql`select balance, held, forfeited from ratebook.wallet where account_id = ${account}`;
    return { ...row };
  };
  expect(await wallet()).toEqual({ balance: 30n, held: 30n, forfeited: 70n });
  // What the settle does not use expires in the same breath.
  expect(await ledger.post(settle(account, placed.opId, 10n))).toMatchObject({
    balance: 0n,
    amountTaken: 10n,
  });
  expect(await wallet()).toEqual({ balance: 0n, held: 0n, forfeited: 90n });
});

test("a wallet about to be read is brought up to date; one with nothing due is left alone", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  await ledger.post(hold(account, 80n, { ttlSeconds: 60 }));
  const seq = async () =>
    (await database.sql`select held, seq from ratebook.wallet where account_id = ${account}`)[0];
  await rollWallet({ sql: database.sql }, account, new Date(now + 59_999));
  expect(await seq()).toEqual({ held: 80n, seq: 2n });
  now += 60_000;
  await rollWallet({ sql: database.sql }, account, new Date(now));
  await rollWallet({ sql: database.sql }, account, new Date(now));
  expect(await seq()).toEqual({ held: 0n, seq: 3n });
});

test("it makes no difference when somebody looks: due instants are taken in their order", async () => {
  const run = async (looks: readonly number[]): Promise<unknown> => {
    const start = now;
    const account = await fundedWallet(database, ledger, 0n);
    await ledger.post(grant(account, { amount: nanos(50n), expiresAt: new Date(start + 2 * HOUR) }));
    await ledger.post(hold(account, 50n, { ttlSeconds: 3600 }));
    await ledger.post(debit(account, 20n));
    for (const look of looks) {
      await rollDueWallets({ sql: database.sql }, { limit: 10, now: new Date(start + look) });
    }
    const [row] = await database.sql`
      select balance, held, debt, forfeited, consumed from ratebook.wallet where account_id = ${account}`;
    now = start + 4 * HOUR;
    return { ...row };
  };
  // The hold expires after an hour and repays the debt of 20; the other 30 expire an hour later.
  const once = await run([3 * HOUR]);
  expect(once).toEqual({ balance: 0n, held: 0n, debt: 0n, forfeited: 30n, consumed: 20n });
  expect(await run([HOUR, 2 * HOUR, 3 * HOUR])).toEqual(once);
});
