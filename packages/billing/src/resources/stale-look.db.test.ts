import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCatalogue } from "../catalog/create-catalogue.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { dollars, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { takeCredits } from "../usage/take-credits.ts";
import { relayRises, runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { watchCustomer, watchRunways } from "./watch-runways.ts";

// A look at a runway decides on what it read; what has changed since must not be stopped for it.
let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sellInfrastructure(fixture);
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

/** A customer whose container runs, with credits for a day after the fee, and who was warned of it. */
async function warned(name: string): Promise<string> {
  const { id } = await fixture.customer(name, "1.17");
  await runContainer(fixture, id);
  expect(await noticeOf(id)).toMatchObject({ state: "warned" });
  return id;
}
const noticeOf = async (id: string) => {
  const [row] = await database.sql<{ state: string; episode: number }[]>`
    select state, episode from ratebook.shutdown_notice where customer_id = ${id}`;
  return must(row, "it was warned");
};
const stops = async (id: string): Promise<number> => {
  const found = await database.sql`
    select from ratebook.resource_intent where customer_id = ${id} and cause = 'credits'`;
  return found.length;
};

test("a stop is decided at the prices of now, though another server published them", async () => {
  const id = await warned("cheaper meanwhile");
  const stale = createCatalogue({ sql: database.sql, clock: fixture.ctx.clock });
  await stale.refresh();
  fixture.prices.advance(30 * HOUR);
  // At a hundredth of the price what is left lasts.
  await sellInfrastructure(fixture, { container: "0.0067" });
  fixture.prices.advance(20 * HOUR);
  const { catalogue: _newer, ...ctx } = fixture.ctx;
  await watchRunways({ ...ctx, catalogue: stale });
  expect(await noticeOf(id)).toMatchObject({ state: "active" });
  expect(await stops(id)).toBe(0);
  await stale.close();
  await sellInfrastructure(fixture);
});

test("a look that began in an earlier episode stops nothing in the next, though the credits are the same again", async () => {
  const { ctx } = fixture;
  const id = await warned("warned twice");
  fixture.prices.advance(49 * HOUR);
  let turns = 0;
  // Between the look and its step the credits come and go, and a new warning is given.
  const movesOn = new Proxy(ctx.db, {
    get: (db, name) =>
      name === "transaction"
        ? async (work: Parameters<typeof db.transaction>[0]) => {
            turns += 1;
            if (turns === 1) {
              await fixture.fund(id, "20");
              await relayRises(fixture);
              expect(await noticeOf(id)).toMatchObject({ state: "active" });
              const taken = { customer: id, amount: dollars("20"), reason: "test", idempotencyKey: "gone" };
              expect(await takeCredits(ctx, OPERATOR, taken)).toMatchObject({ ok: true });
              await watchCustomer(ctx, id);
              expect(await noticeOf(id)).toMatchObject({ state: "warned", episode: 2 });
            }
            return db.transaction(work);
          }
        : Reflect.get(db, name),
  });
  await watchRunways({ ...ctx, db: movesOn });
  expect(turns).toBeGreaterThan(0);
  expect(await noticeOf(id)).toMatchObject({ state: "warned", episode: 2 });
  expect(await stops(id)).toBe(0);
});
