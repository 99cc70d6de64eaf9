import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { expectBooksBalance, languageModel, type UsageFixture, usageFixture } from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { exploreUsage } from "./explore-usage.ts";
import { exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";

// Usage of the weeks in which most zones change their clocks, added up here by hand from the events, and by the explorer
// from whatever it reads.
let database: TestDatabase;
let fixture: UsageFixture;
let customer: { id: string; key: Actor };
let events: { at: Date; model: string; agent: string; tag: string; amount: bigint }[];
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const START = Date.parse("2027-10-14T00:00:00Z");
const DAYS = 32;
const EVENTS = 300;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  const models = ["one", "two", "three"].map((name, n) => languageModel("acme", name, `${n + 1}`, "8"));
  await fixture.sell({ offerings: models.map((model) => ({ ...model, listed: true })) });
  fixture.prices.advance(START + DAYS * DAY_MS - fixture.ctx.clock().getTime());
  customer = await fixture.customer("acme", "10");
  // Fifths of a quarter, so that events fall on the beginnings of quarters too; spread by a number prime to their count.
  const fifths = (DAYS * DAY_MS * 5) / QUARTER_MS;
  const drafts = Array.from({ length: EVENTS }, (_, n) => ({
    occurredAt: new Date(START + ((n * 7919) % fifths) * (QUARTER_MS / 5)),
    offering: must(["acme/one", "acme/two", "acme/three"][n % 3], "a model"),
    // Most agents are there once only, so that groups are next to an interval and not in it.
    agentId: `agent ${n % 3 === 0 ? n % 4 : n}`,
    tag: ["", "blue", "red"][n % 3 === 0 ? n % 2 : 2] ?? "",
  }));
  const use = async ({ tag, ...report }: (typeof drafts)[number], n: number) => {
    const metadata = tag === "" ? {} : { tag };
    const used = await recordUsage(fixture.ctx, customer.key, {
      ...report,
      ...{ quantities: { input_tokens: 1_000 + n }, idempotencyKey: `${n}`, metadata },
    });
    if (!used.ok) throw new Error(JSON.stringify(used.error));
  };
  await Promise.all(drafts.slice(0, -40).map(use));
  while ((await rollUsage(fixture.ctx, { entries: 1_000 })) > 0n);
  // The last ones are read from the entries.
  await Promise.all(drafts.slice(-40).map((draft, n) => use(draft, EVENTS - 40 + n)));
  events = await database.sql<typeof events>`
    select occurred_at as at, offering as model, agent_id as agent, coalesce(metadata ->> 'tag', '') as tag, amount
    from ratebook.usage_event where account_id = ${customer.id}`;
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const ZONES = [
  "UTC",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/Los_Angeles",
  "America/Havana",
  "America/St_Johns",
  "Atlantic/Azores",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Asia/Beirut",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];
const PERIODS = {
  day: (date: string) => date,
  // The Monday of the week.
  week: (date: string) => dateOf(Date.parse(date) - ((new Date(date).getUTCDay() + 6) % 7) * DAY_MS),
  month: (date: string) => date.slice(0, 7),
} as const;
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Either days of the zone or instants, of some days within the weeks. */
const interval = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: DAYS * 96 - 1 }), fc.integer({ min: 1, max: 10 * 96 }))
  .map(([days, first, length]) => {
    const [from, to] = [START + first * QUARTER_MS, START + (first + length) * QUARTER_MS];
    return days ? { from: dateOf(from), to: dateOf(to) } : { from: new Date(from), to: new Date(to) };
  });
const question = fc.record({
  zone: fc.constantFrom(...ZONES),
  granularity: fc.constantFrom("day", "week", "month"),
  groupBy: fc.constantFrom("model", "agent", "tag"),
  filtered: fc.boolean(),
  interval,
});

test("any interval of any zone is answered as the events themselves add up", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(question, async ({ zone, granularity, groupBy, filtered, interval: asked }) => {
      await database.sql`update ratebook.customer set time_zone = ${zone} where id = ${customer.id}`;
      const filters = filtered ? { model: "acme/two" } : {};
      const input = { ...asked, granularity, groupBy, filters, zone: "organization", limit: EVENTS } as const;
      const read = await exploreUsage(fixture.ctx, customer.key, input);
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      const { from, to, previousFrom, totals, previous, rows, series, rest } = read.value;
      const dayIn = new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
      const periodOf = (at: Date) => PERIODS[granularity](dayIn.format(at));
      const between = (start: Date, end: Date) =>
        events.filter((it) => it.at >= start && it.at < end && (!filtered || it.model === "acme/two"));
      const now = between(from, to);
      const then = between(previousFrom, from);

      expect([totals.requests, totals.amount]).toEqual([now.length, sum(now)]);
      expect([previous.requests, previous.amount]).toEqual([then.length, sum(then)]);
      expect(Object.fromEntries(rows.map(({ key, sums }) => [key, sums.amount]))).toEqual(
        sumsBy(now, (it) => it[groupBy]),
      );
      expect(Object.fromEntries(rows.map(({ key, previous: sums }) => [key, sums.amount]))).toEqual({
        ...Object.fromEntries(rows.map(({ key }) => [key, 0n])),
        ...sumsBy(
          then.filter((it) => rows.some(({ key }) => key === it[groupBy])),
          (it) => it[groupBy],
        ),
      });
      const told = series.filter(({ requests }) => requests > 0);
      expect(Object.fromEntries(told.map(({ start, amount }) => [periodOf(start), amount]))).toEqual(
        sumsBy(now, (it) => periodOf(it.at)),
      );
      expect(rest).toBeNull();

      const made = await exportUsage(fixture.ctx, customer.key, { ...input, type: groupBy, format: "json" });
      if (!made.ok) throw new Error(JSON.stringify(made.error));
      let text = "";
      for await (const chunk of made.value.chunks) text += chunk;
      const { rows: lines } = JSON.parse(text) as { rows: { requests: number }[] };
      const counts = Object.values(Object.groupBy(now, (it) => it[groupBy])).map((of) => of?.length ?? 0);
      const ascending = (of: number[]) => of.toSorted((a, b) => a - b);
      expect(ascending(lines.map(({ requests }) => requests))).toEqual(ascending(counts));
    }),
    { numRuns: 60 },
  );
});

type Event = (typeof events)[number];
const sum = (of: readonly Event[]): bigint => of.reduce((all, { amount }) => all + amount, 0n);
const sumsBy = (of: readonly Event[], key: (event: Event) => string): Record<string, bigint> => {
  const sums: Record<string, bigint> = {};
  for (const event of of) sums[key(event)] = (sums[key(event)] ?? 0n) + event.amount;
  return sums;
};
