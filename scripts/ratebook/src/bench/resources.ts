import {
  billResourceDays,
  createCatalogue,
  createLedger,
  ensurePolicy,
  importDocument,
} from "@ratebook/billing";
import { PriceDocument } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { Bench } from "./bench.ts";
import { newId } from "./debit-op.ts";
import type { Lab } from "./lab.ts";
import { liveMemoryBytes } from "./live-memory.ts";
import { openWallets, type Wallet } from "./wallets.ts";

/** A night's work: a day of every resource, debited through the batcher and written off. */
export const resources: Bench = {
  name: "resources",
  title: "A UTC day of 100,000 resources is billed in bounded steps",
  run,
};

async function run(lab: Lab) {
  const count = lab.quick ? 4_000 : 100_000;
  const database = await lab.openDatabase("resources");
  const { sql, db } = database.connect({ max: 4 });
  const ledger = createLedger({ sql });
  // Published before the day that is billed.
  let now = new Date(Date.now() - 3 * DAY_MS);
  const clock = (): Date => now;
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const imported = await importDocument({ sql, clock, newId, catalogue }, OPERATOR, {
    document: PriceDocument.parse({
      source: "manual",
      asOf: now.toISOString(),
      currency: "USD",
      offerings: [
        {
          provider: "ratebook",
          model: "container",
          modality: "infrastructure",
          listed: true,
          rates: [{ meter: "container_day", usd: "0.67", per: 1 }],
        },
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(`the rates were not imported: ${imported.error.kind}`);
  now = new Date();
  const wallets = await openWallets(sql, ledger, count / 10);
  await runContainers(sql, wallets, count);

  const ctx = { sql, db, ledger, catalogue, clock };
  const live: number[] = [];
  let [billed, seconds, slowestMs] = [0, 0, 0];
  for (let step = STEP; step === STEP; ) {
    const started = performance.now();
    step = (await billResourceDays(ctx, { limit: STEP })).billed;
    const tookMs = performance.now() - started;
    billed += step;
    seconds += tookMs / 1000;
    slowestMs = Math.max(slowestMs, tookMs);
    if (billed % (count / 10) < STEP) live.push(liveMemoryBytes());
  }
  if (billed !== count) throw new Error(`${billed} of ${count} days were billed`);
  const again = (await billResourceDays(ctx, { limit: STEP })).billed;
  await ledger.close();
  const grown = (Math.max(...live) - (live[0] ?? 0)) / 2 ** 20;
  const thousands = count.toLocaleString("en");
  return [
    {
      what: `a day of ${thousands} resources of ${(count / 10).toLocaleString("en")} customers`,
      measured: seconds,
      unit: "s" as const,
      target: { atMost: 60 },
      note: `${Math.round(count / seconds).toLocaleString("en")} a second in steps of ${STEP.toLocaleString("en")}, the slowest ${Math.round(slowestMs)} ms`,
    },
    {
      what: "memory in use, the most at any tenth of that beyond the first",
      measured: grown,
      unit: "MB" as const,
      target: { atMost: 16 },
      note: `${Math.round(Math.max(...live) / 2 ** 20)} MB at the most, garbage collected`,
    },
    {
      what: "days billed by running it again",
      measured: again,
      unit: "rows" as const,
      target: { atMost: 0 },
      note: "each (resource, day) is billed once",
    },
  ];
}

/** Containers that run since two days ago and were not billed yesterday. */
async function runContainers(sql: Sql, wallets: readonly Wallet[], count: number): Promise<void> {
  await sql`
    with made as (
      insert into ratebook.resource (id, customer_id, kind, name, cpu, memory_mb, instances, state, next_day, created_at)
      select gen_random_uuid(), account, 'container', 'container', 1792, 1792, 1, 'running',
        ((now() at time zone 'UTC')::date - 1), now() - interval '2 days'
      from unnest(${wallets.map(({ account }) => account)}::uuid[]) as account,
        generate_series(1, ${count / wallets.length}::int)
      returning id, created_at)
    insert into ratebook.resource_run (resource_id, started_at, weight)
    select id, created_at, 1792 from made`;
}

const OPERATOR = { kind: "system", name: "bench" } as const;
const STEP = 2_000;
const DAY_MS = 86_400_000;
