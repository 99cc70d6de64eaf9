import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { languageModel, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { listProposals } from "./list-proposals.ts";
import { watchPrices } from "./watch-prices.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterEach(async () => {
  await fixture.close();
  await database.drop();
});

const DAY_MS = 86_400_000;
const one = (input: string, name: string) => ({
  offerings: [{ ...languageModel("openai", "one", input, "8"), name }],
});
const states = async () => {
  const found = await listProposals(fixture.ctx, OPERATOR, { limit: 10 });
  return found.ok ? found.value.items.map(({ state }) => state) : [];
};
/** How many sessions wait for a lock that another one has. */
const waiting = async () => {
  const [row] = await database.sql<[{ count: number }]>`
    select count(*)::int as count from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`;
  return row.count;
};
const patience = { timeout: 20_000 };

test("a change that lapses while its document is judged is proposed again by the same bytes", async () => {
  await fixture.prices.submit("openai", one("2", "One"));
  fixture.prices.advance(DAY_MS);
  await fixture.prices.submit("openai", one("6", "One"));
  fixture.prices.advance(61 * DAY_MS);

  // The document has its change judged as one that is held already, and waits before its bytes are noted.
  const described = await database.sql.reserve();
  await described`begin`;
  await described`select from ratebook.offering_claim where source = 'openai' for update`;
  const renamed = one("6", "Uno");
  const judged = fixture.prices.submit("openai", renamed);
  await expect.poll(waiting, patience).toBe(1);
  let hasLapsed = false;
  const watched = watchPrices(fixture.ctx).finally(() => {
    hasLapsed = true;
  });
  await expect.poll(async () => hasLapsed || (await waiting()) === 2, patience).toBe(true);
  await described`commit`;
  described.release();
  expect(await judged).toMatchObject({ counts: { held: 1 } });
  expect(await watched).toMatchObject({ expired: 1 });

  await fixture.prices.submit("openai", renamed);
  expect(await states()).toEqual(["held", "expired"]);
});
