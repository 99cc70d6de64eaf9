import { type Ledger, rollUsage } from "@ratebook/billing";
import { nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { GRANTED, MEANING, newId } from "./debit-op.ts";
import type { Lab, LabDatabase } from "./lab.ts";
import { openWallets } from "./wallets.ts";

/** Usage of two months: one customer's many events, and some of each of many others. */
export type UsageHistory = {
  /** Midnight, UTC, after the last event. */
  end: Date;
  days: number;
  /** Of the one customer. */
  events: number;
  /** What they cost it, in nanos. */
  amount: bigint;
  others: number;
  othersEvents: number;
  /** How long the job that rolls usage took for all of them. */
  rolledSeconds: number;
};

/**
 * Writes events as the ledger would have written them, each a debit with its usage event and a receipt of one line, and
 * adds them to the rollups by the job that does it in production.
 *
 * The two tables are made unlogged first: what is read later is the same, and the load writes half as much.
 *
 * @param account a customer whose wallet has been opened and is empty
 */
export async function writeUsageHistory(
  database: LabDatabase,
  { account, ledger, lab }: { account: string; ledger: Ledger; lab: Lab },
): Promise<UsageHistory> {
  const events = lab.quick ? 20_000 : EVENTS;
  const others = lab.quick ? 20 : OTHERS;
  const { sql } = database.connect({ max: 2 });
  const owner = database.connect({ max: 1, as: "owner" }).sql;
  await owner`alter table ratebook.entry set unlogged`;
  await owner`alter table ratebook.usage_event set unlogged`;
  const grant = { category: "purchased", contra: "clearing:sandbox", source: "bench" } as const;
  const amount = nanos(GRANTED);
  await ledger.post({ kind: "grant", account, amount, opId: newId(), meaningHash: MEANING, ...grant });
  const wallets = await openWallets(sql, ledger, others);
  const end = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const chunk = Math.min(CHUNK, events);
  for (let done = 0; done < events; done += chunk) {
    await appendEvents(owner, { accounts: [account], first: done, count: chunk, of: events, end });
    const written = done + chunk;
    if (written % (chunk * 10) === 0) lab.progress(`usage: ${written.toLocaleString("en")} events written`);
  }
  const each = events / OTHERS_SHARE / others;
  const accounts = wallets.map((wallet) => wallet.account);
  await appendEvents(owner, { accounts, first: 0, count: each, of: each, end });
  for (const table of ["entry", "usage_event", "wallet"]) {
    await owner.unsafe(`vacuum analyze ratebook.${table}`);
  }
  const started = performance.now();
  await roll(sql, lab);
  const rolledSeconds = (performance.now() - started) / 1000;
  for (const table of ROLLUPS) await owner.unsafe(`vacuum analyze ratebook.${table}`);
  const all = { end, days: DAYS, events, amount: BigInt(events) * AMOUNT };
  return { ...all, others, othersEvents: each * others, rolledSeconds };
}

/** As the server's job does: some entries a transaction, until none are left. */
async function roll(sql: Sql, lab: Lab): Promise<void> {
  let [passed, told] = [0, 0];
  for (;;) {
    const step = Number(await rollUsage({ sql }, { entries: ENTRIES }));
    if (step === 0) return;
    passed += step;
    if (passed - told < 2_000_000) continue;
    told = passed;
    lab.progress(`usage: ${passed.toLocaleString("en")} entries rolled`);
  }
}

type Stretch = { accounts: readonly string[]; first: number; count: number; of: number; end: Date };

/** Some more events of each account, evenly over the days. */
async function appendEvents(sql: Sql, { accounts, first, count, of, end }: Stretch): Promise<void> {
  await sql`
    with due as materialized (
      select w.*, n, uuidv7() as op, n % ${AGENTS}::int as agent,
        (n % ${AGENTS}::int) * 3 + floor(3 * power(random(), 2))::int as model,
        ${end}::timestamptz - interval '1 day' * ${DAYS}::int
          + (${DAYS * 86_400}::float8 * ((${first}::float8 + n - 1) / ${of}::float8)) * interval '1 second' as at
      from ratebook.wallet w cross join generate_series(1, ${count}::int) as n
      where w.account_id = any(${[...accounts]}::uuid[])),
    entries as (
      insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta,
        balance_after, held_after, debt_after, consumed_after, asked, meaning_hash, created_at)
      select bucket, account_id, seq + n, op, 'debit', 'revenue:usage', -${AMOUNT}::bigint, 0, 0,
        balance - n * ${AMOUNT}::bigint, 0, 0, consumed + n * ${AMOUNT}::bigint, ${AMOUNT}::bigint,
        ${Buffer.from(MEANING, "hex")}, at
      from due order by account_id, n),
    events as (
      insert into ratebook.usage_event (bucket, account_id, op_id, offering, provider, model, pools, dimensions, lines,
        list_cost, amount, catalogue_version, policy_version, agent_id, app_id, key_id, user_id, billing, state, late,
        metadata, occurred_at, created_at)
      select bucket, account_id, op, 'acme-' || model % 7 || '/model-' || model, 'acme-' || model % 7, 'model-' || model,
        '{"input_tokens":"1200","output_tokens":"350"}', '{}', ${LINE}::text::json, ${LIST}::bigint, ${AMOUNT}::bigint, 1, 1,
        'agent-' || agent, 'app-' || agent % 5, null, null, 'platform', 'rated', false, '{}', at, at
      from due order by account_id, n)
    update ratebook.wallet set seq = seq + ${count}::int, balance = balance - ${count}::int * ${AMOUNT}::bigint,
      consumed = consumed + ${count}::int * ${AMOUNT}::bigint
    where account_id = any(${[...accounts]}::uuid[])`;
}

const AMOUNT = 12_000n;
const LIST = 10_000n;
const LINE = JSON.stringify([{ kind: "usage", meter: "input_tokens", amount: AMOUNT.toString() }]);
const EVENTS = 10_000_000;
const DAYS = 60;
const DAY_MS = 86_400_000;
/** Each has three models of its own, of which it uses one most. */
const AGENTS = 40;
const OTHERS = 2_000;
/** The others have a tenth of the one customer's events. */
const OTHERS_SHARE = 10;
const CHUNK = 200_000;
const ENTRIES = 20_000;
const ROLLUPS = [
  "usage_quarter",
  "usage_hour_offering",
  "usage_day",
  "usage_day_offering",
  "usage_day_total",
  "usage_day_change",
  "usage_rolled",
];
