import { listGrants, savePromotion } from "@ratebook/billing";
import { expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectedOutcome } from "./testing/history-model.ts";
import { createMemoryStore } from "./testing/memory-store.ts";
import { History, type Played, playHistory } from "./testing/play-history.ts";
import { openShop } from "./testing/purchase-fixture.ts";

/** How many are played: 2,000 in `npm test`, which sets RATEBOOK_HISTORIES; RATEBOOK_SEED plays others. */
const HISTORIES = Number(process.env["RATEBOOK_HISTORIES"] ?? 100);
const SEED = Number(process.env["RATEBOOK_SEED"] ?? 20_261_122);
const AT_ONCE = 8;

let database: TestDatabase;
let usage: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  usage = await usageFixture(database);
  const saved = await savePromotion(usage.ctx, OPERATOR, {
    label: "A tenth on top",
    bonusBps: 1_000,
    startsAt: new Date("2026-01-01T00:00:00Z"),
    codes: [{ code: "TENTH" }],
  });
  if (!saved.ok) throw new Error(saved.error.kind);
});

afterAll(async () => {
  await usage.close();
  await database.drop();
});

test(`${HISTORIES} histories of purchases, refunds and disputes, their events doubled, shuffled and late, end as an independent model says`, {
  timeout: 1_200_000,
}, async () => {
  const histories = fc.sample(History, { numRuns: HISTORIES, seed: SEED });
  const totals = { purchases: 0, unpaid: 0, spoiled: 0, refused: 0 };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < histories.length; index = next++) {
      const history = must(histories[index], "the index is one of the list");
      const played = await playOne(index, history).catch((error: unknown) => {
        throw new Error(`history ${index} of seed ${SEED}: ${JSON.stringify({ ...history, chance: 0 })}`, {
          cause: error,
        });
      });
      totals.purchases += played.purchases.length;
      totals.unpaid += played.unpaid.length;
      totals.spoiled += played.spoiled;
      totals.refused += played.refused;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(totals.refused).toBe(totals.spoiled);
  console.log(`${HISTORIES} histories: ${JSON.stringify(totals)}`);
});

async function playOne(index: number, history: History): Promise<Played> {
  const { id, key } = await usage.customer(`history ${index}`);
  const played = await playHistory(openShop(usage, createMemoryStore()), { id, key }, history);
  const expected = expectedOutcome(played.purchases, { spent: played.spent, before: history.first.length });
  expect(await outcomeOf(id, played)).toEqual(expected);
  return played;
}

/** The same, read from wallet, grants, orders and documents. */
async function outcomeOf(id: string, { purchases, unpaid }: Played) {
  const { sql } = database;
  const [wallet] = await sql<{ balance: bigint; debt: bigint }[]>`
    select balance, debt from ratebook.wallet where account_id = ${id}`;
  const orders = await sql<{ id: string; state: string; creditsTaken: bigint; bonusTaken: bigint }[]>`
    select id, state, credits_taken_nanos as "creditsTaken", bonus_taken_nanos as "bonusTaken"
    from ratebook.payment_order where customer_id = ${id}`;
  const order = (orderId: string) =>
    must(
      orders.find((it) => it.id === orderId),
      "every order is kept",
    );
  expect(unpaid.map((orderId) => order(orderId).state)).toEqual(unpaid.map(() => "failed"));
  expect(purchases.map(({ orderId }) => order(orderId).state)).toEqual(purchases.map(() => "settled"));
  const grants = await listGrants(usage.ctx, OPERATOR, { customer: id });
  if (!grants.ok) throw new Error(grants.error.kind);
  expect(grants.value.reduce((sum, { remaining }) => sum + remaining, 0n)).toBe(wallet?.balance);
  const postings = await sql<{ grantId: string; orderId: string }[]>`
    select op_id as "grantId", order_id as "orderId" from ratebook.payment_posting where customer_id = ${id}`;
  const bonusOf = (orderId: string): bigint => {
    const own = new Set(postings.filter((it) => it.orderId === orderId).map(({ grantId }) => grantId));
    const promotional = grants.value.filter(
      ({ id: grant, category }) => own.has(grant) && category === "promotional",
    );
    return promotional.reduce((sum, { remaining }) => sum + remaining, 0n);
  };
  const documents = await sql<{ orderId: string; invoices: number; cents: bigint; notes: bigint[] }[]>`
    select purchase_id as "orderId", count(*) filter (where kind = 'invoice')::int as invoices,
      (sum(total_nanos) / 10000000)::int8 as cents, array_agg(total_nanos order by step) as notes
    from ratebook.invoice where customer_id = ${id} group by 1`;
  return {
    balance: wallet?.balance,
    debt: wallet?.debt,
    purchases: purchases.map(({ orderId }) => {
      const paper = must(
        documents.find((it) => it.orderId === orderId),
        "every purchase has its documents",
      );
      expect(paper.invoices).toBe(1);
      expect(paper.notes.every((total) => total !== 0n)).toBe(true);
      const { creditsTaken, bonusTaken } = order(orderId);
      return { creditsTaken, bonusTaken, bonusLeft: bonusOf(orderId), keptCents: paper.cents };
    }),
  };
}

test("afterwards the books balance, purchases are what the rail settled, and no number of a document is missing", async () => {
  await expectBooksBalance(database.sql);
  const gaps = await database.sql`
    select series, year, count(*), max(sequence) from ratebook.invoice group by 1, 2 having count(*) <> max(sequence)`;
  expect(gaps).toEqual([]);
  const open = await database.sql`select from ratebook.payment_event where handled_at is null`;
  expect(open).toHaveLength(0);
});
