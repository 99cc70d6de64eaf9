import { createReferenceLedger, nanos, type ReferenceOp, type ReferenceWallet } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { createLedger } from "./create-ledger.ts";
import type { LedgerOp } from "./ledger-op.ts";
import { opId } from "./op-id.ts";
import { openWallet } from "./open-wallet.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { setDebtCap, setWalletStatus } from "./set-wallet.ts";

/** What the generator chooses; refs are positions among the ids made so far, so that most of them exist. */
type Step =
  | { act: "debit"; amount: number; mode: "gate" | "record" }
  | { act: "hold"; amount: number; ttl: number }
  | { act: "settle"; amount: number; pick: number }
  | { act: "release" | "replay" | "clash"; pick: number }
  | { act: "extend"; pick: number; ttl: number }
  | { act: "parked" }
  | { act: "grant"; amount: number; category: number; priority: number; life: number | null }
  | { act: "giveBack"; amount: number; pick: number }
  | { act: "revoke"; amount: number; pick: number; allowDebt: boolean }
  | { act: "adjust"; amount: number }
  | { act: "suspend"; suspended: boolean };

/** Posted at once, at one instant, so that they share a batch. */
type Group = { waitSeconds: number; steps: { account: number; step: Step }[] };

const amount = fc.integer({ min: 0, max: 60 });
const pick = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant("debit" as const),
      amount,
      mode: fc.constantFrom("gate" as const, "record" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("hold" as const),
      amount,
      ttl: fc.integer({ min: 1, max: 4000 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("settle" as const), amount, pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom("release" as const, "replay" as const, "clash" as const),
      pick,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("extend" as const),
      pick,
      ttl: fc.integer({ min: 1, max: 86_400 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("parked" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant("grant" as const),
      amount: fc.integer({ min: 1, max: 120 }),
      category: fc.nat({ max: 2 }),
      priority: fc.constantFrom(10, 50),
      life: fc.option(fc.integer({ min: 0, max: 6000 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("giveBack" as const),
      amount: fc.integer({ min: 1, max: 40 }),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("revoke" as const),
      amount: fc.integer({ min: 1, max: 80 }),
      pick,
      allowDebt: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("adjust" as const),
      amount: fc.integer({ min: -30, max: 30 }).filter((n) => n !== 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("suspend" as const), suspended: fc.boolean() }) },
);
const groups: fc.Arbitrary<Group[]> = fc.array(
  fc.record({
    waitSeconds: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 1, max: 8 * 86_400 }),
    ),
    steps: fc.array(fc.record({ account: fc.nat({ max: 1 }), step }), { minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 14 },
);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("the ledger does exactly what the reference ledger in memory does, whatever is posted and in whatever batches", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(groups, async (plan) => {
      run += 1;
      await compare(plan, run);
    }),
    { numRuns: Number(process.env["RATEBOOK_MODEL_RUNS"] ?? 60) },
  );
  await expectBooksBalance(database.sql);
});

async function compare(plan: readonly Group[], run: number): Promise<void> {
  const accounts = [opId("test", `model ${run} a`), opId("test", `model ${run} b`)];
  const reference = createReferenceLedger();
  let now = Date.UTC(2026, 0, 1);
  const ledger = createLedger({ sql: database.sql, clock: () => new Date(now) });
  const cap = nanos(50n);
  for (const account of accounts) {
    reference.open(account, { debtCap: cap });
    await openWallet(database.db, account);
    await setDebtCap(database.db, account, cap);
  }
  const made: LedgerOp[] = [];
  for (const group of plan) {
    now += group.waitSeconds * 1000;
    const ops: LedgerOp[] = [];
    for (const { account, step } of group.steps) {
      const id = accounts[account] ?? "";
      if (step.act === "suspend") {
        if (ops.length > 0) continue;
        reference.setSuspended(id, step.suspended);
        await setWalletStatus(database.db, id, step.suspended ? "suspended" : "active");
        continue;
      }
      const op = operation(step, id, made, `${run} ${made.length} ${ops.length}`);
      // Twice in one batch the second would wait for the next one, after the others.
      if (ops.some((other) => other.opId === op.opId && other.account === op.account)) continue;
      ops.push(op);
    }
    const outcomes = await Promise.all(ops.map((op) => ledger.post(op)));
    const expected = ops.map((op) => reference.post(asReferenceOp(op), new Date(now)));
    expect(outcomes.map(comparable)).toEqual(expected.map(comparable));
    made.push(...ops);
  }
  await database.sql`select ratebook.roll_due(1000, ${new Date(now)})`;
  for (const account of accounts) {
    expect(await stored(account)).toEqual(remembered(reference.wallet(account, new Date(now))));
    const late = await database.sql`select consumed_from, consumed_to, grant_id from ratebook.allocation
      where account_id = ${account} order by consumed_to`;
    const lazy = merged(late.map((row) => [row["consumed_from"], row["consumed_to"], row["grant_id"]]));
    const eager = reference.wallet(account, new Date(now)).allocations;
    const reach = late.at(-1)?.["consumed_to"] ?? 0n;
    expect(lazy).toEqual(
      merged(
        eager
          .filter(({ from }) => from < reach)
          .map(({ from, to, grantId }) => [from, to < reach ? to : reach, grantId]),
      ),
    );
  }
}

function operation(
  step: Exclude<Step, { act: "suspend" }>,
  account: string,
  made: readonly LedgerOp[],
  name: string,
): LedgerOp {
  const base = { account, opId: opId("test", name), meaningHash: hashOf(name) };
  const mine = made.filter((op) => op.account === account);
  const picked = (kinds: readonly LedgerOp["kind"][], at: number): string => {
    const found = mine.filter((op) => kinds.includes(op.kind));
    return found[at % Math.max(found.length, 1)]?.opId ?? opId("test", "nobody");
  };
  switch (step.act) {
    case "debit":
      return {
        ...base,
        kind: "debit",
        amount: nanos(BigInt(step.amount)),
        mode: step.mode,
        contra: "revenue:infrastructure",
      };
    case "hold":
      return { ...base, kind: "hold", amount: nanos(BigInt(step.amount)), ttlSeconds: step.ttl };
    case "settle":
      return {
        ...base,
        kind: "settle",
        ref: picked(["hold"], step.pick),
        amount: nanos(BigInt(step.amount)),
        contra: "revenue:infrastructure",
      };
    case "release":
      return { ...base, kind: "release", ref: picked(["hold"], step.pick) };
    case "extend":
      return { ...base, kind: "extend", ref: picked(["hold"], step.pick), ttlSeconds: step.ttl };
    case "parked":
      return { ...base, kind: "parked", usageEvent: PARKED };
    case "grant": {
      const expiresAt = step.life === null ? null : new Date(Date.UTC(2026, 0, 1) + step.life * 60_000);
      const category = (["purchased", "promotional", "credit_line"] as const)[step.category] ?? "purchased";
      return {
        ...base,
        kind: "grant",
        amount: nanos(BigInt(step.amount)),
        category,
        priority: step.priority,
        expiresAt,
        contra: "promo",
        source: "test",
      };
    }
    case "giveBack":
      return {
        ...base,
        kind: "grant",
        amount: nanos(BigInt(step.amount)),
        category: "purchased",
        contra: "refunds",
        source: "test",
        ref: picked(["debit", "settle"], step.pick),
      };
    case "revoke":
      return {
        ...base,
        kind: "revoke",
        ref: picked(["grant"], step.pick),
        amount: nanos(BigInt(step.amount)),
        contra: "refunds",
        allowDebt: step.allowDebt,
      };
    case "adjust":
      return {
        ...base,
        kind: "adjustment",
        amount: nanos(BigInt(step.amount)),
        contra: "promo",
        source: "test",
      };
    case "replay":
      return mine[step.pick % Math.max(mine.length, 1)] ?? { ...base, kind: "release", ref: base.opId };
    case "clash": {
      const earlier = mine[step.pick % Math.max(mine.length, 1)];
      return {
        ...base,
        kind: "debit",
        mode: "gate",
        amount: nanos(1n),
        contra: "revenue:infrastructure",
        opId: earlier?.opId ?? base.opId,
      };
    }
  }
}

function comparable(
  outcome: PostOutcome | ReturnType<ReturnType<typeof createReferenceLedger>["post"]>,
): unknown {
  const { crossedBelow: _, expiresAt, ...rest } = { crossedBelow: null, expiresAt: null, ...outcome };
  // A replay tells the hold's present expiry, the reference its first.
  const expiry =
    outcome.kind === "done" && (outcome.entryKind === "hold" || outcome.entryKind === "extend")
      ? expiresAt
      : null;
  return { ...rest, expiry };
}

/** The reference ledger's operations are ours, less what it does not know. */
const asReferenceOp = (op: LedgerOp): ReferenceOp => op;

async function stored(account: string): Promise<unknown> {
  const { sql } = database;
  const [wallet] =
    await sql`select balance, held, granted, consumed, forfeited, revoked, debt from ratebook.wallet
    where account_id = ${account}`;
  const entries =
    await sql`select seq, kind, contra, amount, held_delta, debt_delta, balance_after, held_after, debt_after,
    consumed_after, late, created_at from ratebook.entry where account_id = ${account} order by seq`;
  return { wallet: { ...wallet }, entries: entries.map((row) => Object.values(row)) };
}

function remembered(wallet: Readonly<ReferenceWallet>): unknown {
  const { balance, held, granted, consumed, forfeited, revoked, debt } = wallet;
  return {
    wallet: { balance, held, granted, consumed, forfeited, revoked, debt },
    entries: wallet.entries.map((e) => [
      e.seq,
      e.kind,
      e.contra,
      e.amount,
      e.heldDelta,
      e.debtDelta,
      e.balanceAfter,
      e.heldAfter,
      e.debtAfter,
      e.consumedAfter,
      e.late,
      e.at,
    ]),
  };
}

/** Neighbouring stretches of one grant as one: lazily written ones are longer than eager ones. */
function merged(stretches: unknown[][]): unknown[][] {
  const out: unknown[][] = [];
  for (const [from, to, grant] of stretches) {
    const last = out.at(-1);
    if (last !== undefined && last[2] === grant && last[1] === from) last[1] = to;
    else out.push([from, to, grant]);
  }
  return out;
}

const hashOf = (name: string): string => opId("hash", name).replaceAll("-", "").repeat(2);

const PARKED = {
  offering: "acme/unknown",
  provider: "acme",
  model: "unknown",
  pools: {},
  dimensions: {},
  lines: [],
  listCost: nanos(0n),
  ownCost: null,
  amount: nanos(0n),
  catalogueVersion: null,
  policyVersion: null,
  contract: null,
  agentId: null,
  appId: null,
  keyId: null,
  userId: null,
  billing: "platform",
  state: "parked",
  parkReason: "unknown_offering",
  outcome: null,
  quoteId: null,
  metadata: {},
  occurredAt: new Date(0),
} as const;
