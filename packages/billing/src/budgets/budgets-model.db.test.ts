import { nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger } from "../ledger/create-ledger.ts";
import { debit, fundedWallet, grant, hold, settle, usageOf, withKey } from "../ledger/ledger-fixture.ts";
import type { LedgerOp } from "../ledger/ledger-op.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";

/** Refs are positions among the holds or debits made so far, so that most of them exist. */
type Step =
  | { act: "gate" | "record" | "hold"; amount: number; agent: number }
  | { act: "settle"; amount: number; pick: number }
  | { act: "release"; pick: number }
  | { act: "give_back"; amount: number; pick: number };

const amount = fc.integer({ min: 0, max: 40 });
const pick = fc.nat({ max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constantFrom("gate" as const, "gate" as const, "record" as const, "hold" as const),
    amount,
    agent: fc.nat({ max: 2 }),
  }),
  fc.record({ act: fc.constant("settle" as const), amount, pick }),
  fc.record({ act: fc.constant("release" as const), pick }),
  fc.record({ act: fc.constant("give_back" as const), amount: fc.integer({ min: 1, max: 40 }), pick }),
);
/** What is posted at once shares a batch. */
const groups = fc.array(
  fc.record({
    waitHours: fc.constantFrom(0, 0, 1, 15),
    steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 10 },
);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("every counter is what the operations answered say, and a gate is refused exactly where there is no room", async () => {
  await fc.assert(fc.asyncProperty(groups, compare), {
    numRuns: Number(process.env["RATEBOOK_MODEL_RUNS"] ?? 40),
  });
  await expectBooksBalance(database.sql);
});

/** A budget of the model: whose, how much a UTC day, and what its days have spent and reserved. */
type Counted = { agent: string | null; most: number; spent: Map<string, number>; held: Map<string, number> };

async function compare(plan: readonly { waitHours: number; steps: Step[] }[]): Promise<void> {
  let now = Date.UTC(2026, 4, 4, 1);
  const day = () => new Date(now).toISOString().slice(0, 10);
  const ledger = createLedger({ sql: database.sql, clock: () => new Date(now) });
  const account = await fundedWallet(database, ledger, 1_000_000n);
  const budgets: Counted[] = [];
  for (const [agent, most] of [
    [null, 150],
    ["a0", 90],
    ["a1", 60],
  ] as const) {
    await database.sql`
      select ratebook.save_budget(${account}::uuid, gen_random_uuid(), ${agent === null ? "organization" : "agent"},
        ${agent ?? ""}, 'day', ${most}, true, '{50,100}', ${new Date(now)})`;
    budgets.push({ agent, most, spent: new Map(), held: new Map() });
  }
  type Kept = { id: string; agent: string; amount: number; day: string; due: number };
  const open: (Kept & { state: "open" | "expired" | "gone" })[] = [];
  const spent: (Kept & { left: number })[] = [];
  const add = (of: "spent" | "held", agent: string, on: string, by: number) => {
    for (const budget of budgets) {
      if (budget.agent !== null && budget.agent !== agent) continue;
      budget[of].set(on, (budget[of].get(on) ?? 0) + by);
    }
  };
  const fits = (agent: string, by: number) =>
    by === 0 ||
    budgets.every(
      (it) =>
        (it.agent !== null && it.agent !== agent) ||
        (it.spent.get(day()) ?? 0) + (it.held.get(day()) ?? 0) + by <= it.most,
    );
  const names = (agent: string) => ({ agentId: agent, appId: null, keyId: null, userId: null });

  /** The operation of a step, what it should be answered, and what it then does to the model. */
  const operation = (it: Step): { op: LedgerOp; expected: string } | null => {
    switch (it.act) {
      case "gate":
      case "record": {
        const agent = `a${it.agent}`;
        const usageEvent = usageOf(BigInt(it.amount), { agentId: agent });
        const op = debit(account, BigInt(it.amount), { mode: it.act, usageEvent });
        if (it.act === "gate" && !fits(agent, it.amount)) return { op, expected: "budget_exceeded" };
        add("spent", agent, day(), it.amount);
        spent.push({ id: op.opId, agent, amount: it.amount, left: it.amount, day: day(), due: 0 });
        return { op, expected: "done" };
      }
      case "hold": {
        const agent = `a${it.agent}`;
        const op = hold(account, BigInt(it.amount), { ttlSeconds: 7_200, for: names(agent) });
        if (!fits(agent, it.amount)) return { op, expected: "budget_exceeded" };
        add("held", agent, day(), it.amount);
        open.push({ id: op.opId, agent, amount: it.amount, day: day(), due: now + 7_200_000, state: "open" });
        return { op, expected: "done" };
      }
      case "settle":
      case "release": {
        const kept = open[it.pick];
        if (kept === undefined || kept.state === "gone") return null;
        // An expired one has given back what it reserved; a settle of it is late, and counts where the hold reserved.
        if (kept.state === "open") add("held", kept.agent, kept.day, -kept.amount);
        kept.state = "gone";
        if (it.act === "release") {
          const ids = withKey(account, crypto.randomUUID());
          return { op: { kind: "release", ...ids, ref: kept.id }, expected: "done" };
        }
        const usageEvent = usageOf(BigInt(it.amount), { agentId: kept.agent });
        const op = settle(account, kept.id, BigInt(it.amount), { usageEvent });
        add("spent", kept.agent, kept.day, it.amount);
        spent.push({ ...kept, id: op.opId, amount: it.amount, left: it.amount });
        return { op, expected: "done" };
      }
      case "give_back": {
        const kept = spent[it.pick];
        if (kept === undefined) return null;
        const op = grant(account, { amount: nanos(BigInt(it.amount)), contra: "refunds", ref: kept.id });
        if (it.amount > kept.left) return { op, expected: "exceeds_original" };
        kept.left -= it.amount;
        // Room that a correction makes is there from the next batch on.
        later.push(() => add("spent", kept.agent, kept.day, -it.amount));
        return { op, expected: "done" };
      }
    }
  };
  const later: (() => void)[] = [];

  for (const { waitHours, steps } of plan) {
    now += waitHours * 3_600_000;
    const posted: { op: LedgerOp; expected: string }[] = [];
    for (const kept of open) {
      if (kept.state !== "open" || kept.due > now) continue;
      kept.state = "expired";
      add("held", kept.agent, kept.day, -kept.amount);
    }
    for (const it of steps) {
      const made = operation(it);
      if (made !== null) posted.push(made);
    }
    const answers = await Promise.all(posted.map(({ op }) => ledger.post(op)));
    expect(answers.map(({ kind }) => kind)).toEqual(posted.map(({ expected }) => expected));
    for (const apply of later.splice(0)) apply();
  }
  await database.sql`select ratebook.roll_wallet(${account}::uuid, ${new Date(now)})`;
  const rows = await database.sql<{ agent: string; day: string; spent: bigint; held: bigint }[]>`
    select b.subject_id as agent, to_char(c.period_start at time zone 'UTC', 'YYYY-MM-DD') as day, c.spent, c.held
    from ratebook.budget_counter c join ratebook.budget b using (bucket, account_id, budget_id)
    where c.account_id = ${account} and (c.spent <> 0 or c.held <> 0) order by 1, 2`;
  const counted = budgets.flatMap(({ agent, spent: s, held: h }) =>
    [...new Set([...s.keys(), ...h.keys()])].sort().flatMap((on) => {
      const row = {
        agent: agent ?? "",
        day: on,
        spent: BigInt(s.get(on) ?? 0),
        held: BigInt(h.get(on) ?? 0),
      };
      return row.spent === 0n && row.held === 0n ? [] : [row];
    }),
  );
  expect(rows.map((row) => ({ ...row }))).toEqual(counted);
  await ledger.close();
}
