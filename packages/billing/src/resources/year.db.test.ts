import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeepingMailer } from "../accounts/keep-mail.ts";
import { createCatalogue } from "../catalog/create-catalogue.ts";
import type { Ctx } from "../ctx.ts";
import { createLedger, type Ledger } from "../ledger/create-ledger.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { getBalance } from "../usage/get-balance.ts";
import { acknowledgeIntent } from "./acknowledge-intent.ts";
import { billResourceDays } from "./bill-resource-days.ts";
import { deleteResource } from "./delete-resource.ts";
import { reportDeployment } from "./report-deployment.ts";
import { runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { scaleResource } from "./scale-resource.ts";
import { startResource } from "./start-resource.ts";
import { stopResource } from "./stop-resource.ts";
import { watchRunways } from "./watch-runways.ts";
import { expectedDays, type ModelContainer, type ModelPrice } from "./year-model.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 365;
const CUSTOMERS = 200;
const CONTAINERS = 1_000;
const NOTICE = 48 * HOUR;

let database: TestDatabase;
let fixture: UsageFixture;
let second: Ctx;
let ledger: Ledger;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  fixture.ctx.mailer = createKeepingMailer(fixture.ctx);
  const { sql } = database;
  const { clock } = fixture.ctx;
  ledger = createLedger({ sql, clock });
  // A second server: its own ledger, and prices that it has to hear of.
  second = { ...fixture.ctx, ledger, catalogue: createCatalogue({ sql, clock }) };
  await second.catalogue.refresh();
});
afterAll(async () => {
  await ledger.close();
  await fixture.close();
  await database.drop();
});

/** The same numbers every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seeded(20261122);
const chance = (of: number): boolean => random() < of;
const below = (n: number): number => Math.floor(random() * n);
const now = (): number => fixture.ctx.clock().getTime();

type Model = ModelContainer & { state: "running" | "stopped" | "deleted" };
const containers: Model[] = [];
const prices: ModelPrice[] = [];
const customers: string[] = [];
const counts = {
  topUps: 0,
  priceChanges: 0,
  scaled: 0,
  stoppedByCustomer: 0,
  started: 0,
  deleted: 0,
  crashes: 0,
  nightsMissed: 0,
  nightsOfTwoWorkers: 0,
  clockSetBack: 0,
  stops: 0,
};

const open = (it: Model) => it.runs.at(-1);
function end(it: Model, state: Model["state"]): void {
  const run = open(it);
  if (run !== undefined && run.to === null) run.to = now();
  it.state = state;
}

async function setPrice(usd: string): Promise<void> {
  await sellInfrastructure(fixture, { container: usd });
  const [version] = await database.sql<{ at: Date }[]>`
    select active_from as at from ratebook.catalogue_version order by version desc limit 1`;
  prices.push({
    from: must(version, "it was published").at.getTime(),
    nanos: BigInt(Math.round(Number(usd) * 100)) * 10n ** 7n,
  });
}

const SIZES = [
  { cpu: 1792, memoryMb: 1792 },
  { cpu: 512, memoryMb: 1024 },
  { cpu: 2048, memoryMb: 1024 },
  { cpu: 1024, memoryMb: 4096 },
] as const;
const size = () => ({ ...must(SIZES[below(SIZES.length)], "in range"), instances: 1 + below(2) });
const weigh = ({ cpu, memoryMb, instances }: ReturnType<typeof size>): bigint =>
  BigInt(instances) * BigInt(Math.max(1792, cpu, memoryMb));

async function create(): Promise<void> {
  const customer = must(customers[below(customers.length)], "in range");
  await fixture.fund(customer, String(2 + below(30)));
  // What it owed took the credits: it tries again another day.
  const balance = await getBalance(fixture.ctx, SERVICE, { customer });
  if (!balance.ok || balance.value.available < 500_000_000n) return;
  const of = size();
  const id = await runContainer(fixture, customer, of);
  containers.push({ id, customer, state: "running", runs: [{ from: now(), to: null, weight: weigh(of) }] });
}

/** Things customers do, each at its own minute. */
async function live(): Promise<void> {
  for (let n = below(6); n > 0; n -= 1) {
    fixture.prices.advance(below(20) * 60_000 + below(60_000));
    const it = containers[below(containers.length)];
    if (it === undefined || it.state === "deleted") continue;
    if (chance(0.2) && it.state === "running") {
      const of = size();
      const scaled = await scaleResource(fixture.ctx, SERVICE, { id: it.id, ...of });
      if (!scaled.ok) throw new Error(scaled.error.kind);
      const run = must(open(it), "what runs has a run");
      if (run.weight !== weigh(of)) {
        run.to = now();
        it.runs.push({ from: now(), to: null, weight: weigh(of) });
      }
      counts.scaled += 1;
    } else if (chance(0.25) && it.state === "running") {
      await stopResource(fixture.ctx, SERVICE, { id: it.id });
      end(it, "stopped");
      counts.stoppedByCustomer += 1;
    } else if (chance(0.7) && it.state === "stopped") {
      await fixture.fund(it.customer, "15");
      counts.topUps += 1;
      const started = await startResource(fixture.ctx, SERVICE, { id: it.id });
      if (!started.ok) continue;
      it.runs.push({ from: now(), to: null, weight: must(open(it), "it ran before").weight });
      it.state = "running";
      counts.started += 1;
    } else if (chance(0.15)) {
      await deleteResource(fixture.ctx, SERVICE, { id: it.id });
      end(it, "deleted");
      counts.deleted += 1;
    }
  }
  for (let n = below(14); n > 0; n -= 1) {
    await fixture.fund(must(customers[below(customers.length)], "in range"), String(5 + below(60)));
    counts.topUps += 1;
  }
}

/** A server that dies between a debit and writing its day off, somewhere in a night's work: it writes nothing after. */
function dying(ctx: Ctx): Ctx {
  let left = 1 + below(400);
  const alive = (): void => {
    if (left <= 0) throw new Error("killed");
  };
  const post: Ledger["post"] = async (op) => {
    const outcome = await ctx.ledger.post(op);
    left -= 1;
    alive();
    return outcome;
  };
  return {
    ...ctx,
    ledger: { ...ctx.ledger, post },
    get db() {
      alive();
      return ctx.db;
    },
  };
}

async function billAll(ctx: Ctx): Promise<void> {
  for (let billed = 1; billed > 0; ) {
    const step = await billResourceDays(ctx, { limit: 700 });
    const [failure] = step.failures;
    if (failure !== undefined) throw failure.error;
    billed = step.billed;
  }
}

async function night(): Promise<void> {
  if (chance(0.1)) {
    counts.nightsMissed += 1;
    return;
  }
  if (chance(0.15)) {
    await billAll(dying(fixture.ctx)).then(
      () => {},
      () => {
        counts.crashes += 1;
      },
    );
  }
  if (chance(0.25)) {
    counts.nightsOfTwoWorkers += 1;
    await Promise.all([billAll(fixture.ctx), billAll(second)]);
  } else {
    await billAll(chance(0.5) ? second : fixture.ctx);
  }
}

/** The watch, and a platform that carries most stops out by the next look. */
async function watch(): Promise<void> {
  await watchRunways(chance(0.5) ? second : fixture.ctx);
  const asked = await database.sql<{ id: string; resourceId: string }[]>`
    select id, resource_id as "resourceId" from ratebook.resource_intent where state = 'open' and cause = 'credits'`;
  for (const { id, resourceId } of asked) {
    if (!chance(0.7)) continue;
    const stopped = await acknowledgeIntent(fixture.ctx, SERVICE, { id });
    if (!stopped.ok) throw new Error(stopped.error.kind);
    const it = must(
      containers.find((container) => container.id === resourceId),
      "every stop is of a container of ours",
    );
    end(it, "stopped");
    counts.stops += 1;
    if (!stopped.value.startsAgain) continue;
    // The stop before it, or a lower price, left credits for this one.
    const again = await reportDeployment(fixture.ctx, SERVICE, { id: resourceId, outcome: "deployed" });
    if (!again.ok) throw new Error(again.error.kind);
    it.runs.push({ from: now(), to: null, weight: must(open(it), "it ran before").weight });
    it.state = "running";
  }
}

/** Customers whose credits were gone for the whole notice, and who still run something nobody was asked to stop. */
const forgotten = () => database.sql`
  select r.id from ratebook.resource r
  join ratebook.resource_run x on x.resource_id = r.id and x.ended_at is null
  join ratebook.wallet w on w.account_id = r.customer_id
  where w.balance - w.held <= w.debt
    and exists (select from ratebook.mail m where m.template = 'shutdown_warning' and m.key like 'shutdown:' || r.customer_id || ':%'
      and m.created_at <= ${new Date(now() - NOTICE)}
      and not exists (select from ratebook.mail l where l.created_at > m.created_at
        and l.template in ('shutdown_warning', 'shutdown_lifted') and l.key like 'shutdown:' || r.customer_id || ':%'))
    and not exists (select from ratebook.resource_intent i where i.resource_id = r.id and i.cause = 'credits' and i.state = 'open')`;

/** Stops that were asked for less than 48 hours after the customer's last warning was kept. */
const early = () => database.sql`
  select i.id, i.created_at from ratebook.resource_intent i
  where i.cause = 'credits' and i.created_at < coalesce((
    select max(m.created_at) from ratebook.mail m
    where m.template = 'shutdown_warning' and m.key like 'shutdown:' || i.customer_id || ':%'
      and m.created_at <= i.created_at), 'infinity') + interval '48 hours'`;

test("a year of 1,000 containers: each day billed once at its price, no stop before 48 hours of warning, none missed", async () => {
  const startedAt = performance.now();
  await setPrice("0.67");
  for (let n = 0; n < CUSTOMERS; n += 1) {
    customers.push((await fixture.customer(`year ${n}`, "5")).id);
  }
  await database.sql`update ratebook.customer set email = external_id || '@year.test'`;
  const changes = new Set(Array.from({ length: 8 }, () => 1 + below(DAYS - 2)));
  for (let day = 0; day < DAYS; day += 1) {
    const midnight = Math.floor(now() / DAY) * DAY;
    // New containers, most of them in the first months.
    for (let n = Math.ceil(CONTAINERS / 120); n > 0 && containers.length < CONTAINERS; n -= 1) await create();
    await live();
    if (changes.has(day)) {
      fixture.prices.advance(below(HOUR));
      await setPrice((0.5 + below(60) / 100).toFixed(2));
      counts.priceChanges += 1;
    }
    await watch();
    fixture.prices.advance(midnight + 14 * HOUR + below(HOUR) - now());
    await live();
    await watch();
    if (day % 10 === 0) expect(await forgotten()).toEqual([]);
    fixture.prices.advance(midnight + DAY + below(10 * 60_000) - now());
    await night();
    if (chance(0.03)) {
      counts.clockSetBack += 1;
      fixture.prices.advance(-3 * HOUR);
      await billAll(second);
      fixture.prices.advance(3 * HOUR);
    }
  }
  await billAll(fixture.ctx);
  await watchRunways(fixture.ctx);
  expect(await forgotten()).toEqual([]);
  expect(await early()).toEqual([]);

  const billed = await database.sql<
    { id: string; day: string; amount: bigint; posted: bigint; entries: number }[]
  >`
    select d.resource_id as id, d.day::text as day, d.amount_nanos as amount, max(e.asked) as posted,
      count(e.op_id)::int as entries
    from ratebook.resource_day d
    left join ratebook.entry e on e.op_id = d.op_id and e.account_id = d.customer_id
      and e.bucket = ratebook.bucket_of(d.customer_id) and e.contra = 'revenue:infrastructure'
    group by 1, 2, 3`;
  const found = Map.groupBy(billed, ({ id }) => id);
  const until = Math.floor(now() / DAY) * DAY;
  let [days, total] = [0, 0n];
  for (const container of containers) {
    const expected = expectedDays(container, prices, container.state === "deleted" ? now() : until);
    const rows = found.get(container.id) ?? [];
    expect(new Map(rows.map(({ day, amount }) => [day, amount]))).toEqual(expected);
    for (const { amount, posted, entries } of rows) {
      expect([posted, entries]).toEqual([amount, 1]);
      days += 1;
      total += amount;
    }
  }
  expect(billed.length).toBe(days);
  // The ledger took exactly that, and the fees.
  const [ledgerTotal] = await database.sql<{ asked: bigint; debits: number }[]>`
    select sum(asked)::int8 as asked, count(*)::int as debits from ratebook.entry
    where contra = 'revenue:infrastructure' and kind = 'debit'`;
  expect(ledgerTotal).toEqual({
    asked: total + 500_000_000n * BigInt(containers.length),
    debits: days + containers.length,
  });
  await expectBooksBalance(database.sql);

  const [mails] = await database.sql<{ warnings: number; lifted: number }[]>`
    select (count(*) filter (where template = 'shutdown_warning'))::int as warnings,
      (count(*) filter (where template = 'shutdown_lifted'))::int as lifted from ratebook.mail`;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(JSON.stringify({ containers: containers.length, days, ...mails, ...counts, seconds }));
  expect(counts.stops).toBeGreaterThan(20);
  expect(counts.crashes).toBeGreaterThan(5);
}, 600_000);
