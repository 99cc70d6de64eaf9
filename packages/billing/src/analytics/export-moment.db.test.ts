import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { tidyUp } from "../ops/tidy-up.ts";
import {
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { DIMENSIONS } from "./dimension.ts";
import { exploreUsage } from "./explore-usage.ts";
import { EXPORT_TYPES, type ExportType, exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Actor;
let used = 0;

const use = async () => {
  const recorded = await recordUsage(fixture.ctx, key, {
    offering: "acme/one",
    quantities: { input_tokens: 1_000 },
    idempotencyKey: `${used}`,
    agentId: `agent ${used++}`,
  });
  if (!recorded.ok) throw new Error(JSON.stringify(recorded.error));
};

// Each is 0.0012; more than a page of agents.
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "1", "8"), listed: true }] });
  ({ key } = await fixture.customer("acme", "10"));
  for (let batch = 0; batch < 12; batch += 1) await Promise.all(Array.from({ length: 50 }, use));
  while ((await rollUsage(fixture.ctx, { entries: 1_000 })) > 0n);
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const start = async (type: ExportType, actor: Actor = key, customer?: string) => {
  const made = await exportUsage(fixture.ctx, actor, {
    customer,
    format: "csv",
    type,
    granularity: "day",
    from: "2026-11-22",
    to: "2026-11-22",
    filters: {},
    zone: "utc",
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value.chunks[Symbol.asyncIterator]();
};
const busy = async () => {
  const [row] = await database.sql<[{ open: number; lines: number }]>`
    select (select count(*)::int from pg_stat_activity where datname = current_database() and xact_start is not null
      and pid <> pg_backend_pid()) as open, (select count(*)::int from ratebook.usage_export_line) as lines`;
  return row;
};
const finish = async (chunks: AsyncIterator<string>): Promise<string[]> => {
  let text = "";
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) text += next.value;
  return text.trimEnd().split("\r\n");
};

test.each(["events", "agent"] as const)(
  "a download of %s is of the moment it names, and a reader that dawdles holds no transaction",
  async (type) => {
    const chunks = await start(type);
    const before = used;
    // The heading, and the first page.
    await chunks.next();
    const first = must((await chunks.next()).value as string, "there is a first page")
      .trimEnd()
      .split("\r\n");
    await use();
    // The page that is fetched ahead ends by itself.
    await expect.poll(async () => (await busy()).open).toBe(0);
    const rest = await finish(chunks);
    // What arrived meanwhile is in no row and not in the sum, which the rows were compared with.
    expect(first.length + rest.length - 1).toBe(before);
    const nanos = BigInt(before) * 1_200_000n;
    const dollars = `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n)
      .padStart(9, "0")
      .replace(/0+$/, "")}`;
    expect(rest.at(-1)).toMatch(new RegExp(`^Total per ledger as of 2026-11-22T.*Z,.*,${dollars}(,|$)`));
    expect(await busy()).toEqual({ open: 0, lines: 0 });
  },
);

test("a reader that goes away ends its query at once, and leaves no lines", async () => {
  const locked = await database.sql.reserve();
  await locked`begin`;
  await locked`lock table ratebook.usage_day in access exclusive mode`;
  const chunks = await start("agent");
  await chunks.next();
  const waiting = chunks.next().catch((error: unknown) => error);
  await expect
    .poll(async () => {
      const [row] = await database.sql<[{ count: number }]>`
        select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      return row.count;
    })
    .toBe(1);
  if (chunks.return === undefined) throw new Error("a download can be ended");
  const gone = chunks.return();
  expect(await waiting).toMatchObject({ code: "57014" });
  await locked`rollback`;
  locked.release();
  expect(await gone).toMatchObject({ done: true });
  expect(await busy()).toEqual({ open: 0, lines: 0 });
});

test("lines that a crash left behind go with the next night", async () => {
  await database.sql`
    insert into ratebook.usage_export_line (export_id, place, made_at, key)
    values (gen_random_uuid(), 1, ${new Date(fixture.ctx.clock().getTime() - 90_000_000)}, '')`;
  await tidyUp(fixture.ctx);
  expect((await busy()).lines).toBe(0);
});

test("a customer is shown no upstream cost and no margin, in any grouping or download; an operator is", async () => {
  const days = {
    from: "2026-11-22",
    to: "2026-11-22",
    granularity: "day",
    zone: "utc",
    filters: {},
  } as const;
  for (const groupBy of DIMENSIONS) {
    const read = await exploreUsage(fixture.ctx, key, { ...days, groupBy, limit: 3 });
    const shown = JSON.stringify(read, (_name, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
    expect(shown).toContain('"costs":null');
    expect(shown).not.toMatch(/margin|upstream|"cost"/i);
  }
  for (const type of EXPORT_TYPES) {
    expect((await finish(await start(type)))[0]).not.toMatch(/cost|margin|upstream/i);
  }
  const asked = { ...days, customer: "acme", groupBy: "model", limit: 3 } as const;
  expect(await exploreUsage(fixture.ctx, OPERATOR, asked)).toMatchObject({
    value: { totals: { costs: { margin: expect.anything() } }, names: { customer: "acme" } },
  });
  expect((await finish(await start("model", OPERATOR, "acme")))[0]).toContain("margin_usd");
});
