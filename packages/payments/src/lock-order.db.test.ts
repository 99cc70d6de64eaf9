import { saveAlerts, saveAutoTopUp } from "@ratebook/billing";
import { dollars, expectBooksBalance } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

let database: TestDatabase;
let shop: PurchaseFixture;
beforeAll(async () => {
  database = await testDatabase();
  shop = await purchaseFixture(database);
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await shop.close();
  await database.drop();
});

/** Whether somebody waits for a lock that another transaction of this database holds. */
const isBlocked = async () => {
  const [row] = await database.sql<{ n: number }[]>`
    select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`;
  return (row?.n ?? 0) > 0;
};

/**
 * Holds the wallet as a settlement does while `save` comes in between, then changes the rows a settlement comes to. Had
 * `save` taken those before it waited for the wallet, each would wait for the other: NOWAIT says so at once, where
 * PostgreSQL would have broken the deadlock a second later and the retry hidden it.
 */
async function settleAmid(
  account: string,
  save: () => Promise<unknown>,
  table: "alert_setting" | "auto_top_up",
) {
  let saved: Promise<unknown> = Promise.resolve();
  await database.sql.begin(async (tx) => {
    await tx`select ratebook.set_wallet(${account}::uuid)`;
    saved = save();
    await vi.waitFor(async () => expect(await isBlocked()).toBe(true), { timeout: 60_000, interval: 20 });
    const rows = await tx`
      select customer_id from ratebook.${tx(table)} where customer_id = ${account} for update nowait`;
    expect(rows).toHaveLength(1);
  });
  return saved;
}

test("a save of alerts and a settlement take the wallet first, so neither deadlocks", async () => {
  const { id, key } = await shop.customer("alerts amid");
  const levels = [{ kind: "amount" as const, amount: dollars("7") }];
  expect(await settleAmid(id, () => saveAlerts(shop.ctx, key, { levels }), "alert_setting")).toMatchObject({
    ok: true,
    value: { levels: [{ kind: "amount", amount: dollars("7") }] },
  });
});

test("switching auto top-up on and a settlement take the wallet first, so neither deadlocks", async () => {
  const { id, key } = await shop.customer("rule amid");
  await shop.buy(key, "20");
  await shop.deliverAll();
  const rule = { enabled: true, threshold: dollars("5"), amount: dollars("10") };
  expect(await saveAutoTopUp(shop.ctx, key, rule)).toMatchObject({ ok: true });
  const other = { ...rule, threshold: dollars("6") };
  expect(await settleAmid(id, () => saveAutoTopUp(shop.ctx, key, other), "auto_top_up")).toMatchObject({
    ok: true,
    value: { threshold: dollars("6") },
  });
});

test("purchases and saves of alerts at the same time all come through, with every level watched as the last save says", async () => {
  const { id, key } = await shop.customer("busy");
  const level = (usd: string) => ({ kind: "amount" as const, amount: dollars(usd) });
  for (let round = 0; round < 4; round += 1) await shop.buy(key, "10");
  await shop.send();
  const events = shop.sent.splice(0);
  await Promise.all([
    ...events.map((event) => shop.deliver(event)),
    ...["1", "2", "3", "4"].map((usd) =>
      saveAlerts(shop.ctx, key, { levels: [level(usd), { kind: "percent", percent: 10 }] }),
    ),
  ]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("40"), debt: 0n });
  const [wallet] = await database.sql<{ watched: string }[]>`
    select array_to_string(watch_below, ',') as watched from ratebook.wallet where account_id = ${id}`;
  const rows = await database.sql<{ level: bigint }[]>`
    select level_nanos as level from ratebook.alert_level where customer_id = ${id} order by 1 desc`;
  expect(rows).toHaveLength(2);
  expect(wallet?.watched).toBe(rows.map((row) => row.level).join(","));
});
