import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { blastRadius } from "../catalog/blast-radius.ts";
import { decideProposals } from "../catalog/decide-proposal.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { dryRunPolicy } from "../usage/dry-run-policy.ts";
import { getBalance } from "../usage/get-balance.ts";
import { postGrantBacks } from "../usage/post-grant-backs.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { rerateWindow } from "../usage/rerate-window.ts";
import { setContract } from "./set-contract.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let customers: { [name in keyof typeof TERMS]: { id: string; key: Actor } };

/** One customer a way to agree on prices; acme/one costs $4 a million input tokens, and each uses a million. */
const TERMS = {
  none: null,
  dear: { rules: [{ id: "dear", percentBps: 5000 }] },
  fixed: {
    prices: [
      {
        id: "in",
        match: { model: "o*", meter: "input_tokens" },
        price: { usd: "5", per: 1_000_000 },
        allowLoss: true,
      },
    ],
  },
  locked: { priceLock: { catalogueVersion: 1, until: "2027-01-01T00:00:00Z", allowLoss: true } },
  tiered: {
    discounts: [{ id: "v", by: "spend", allowLoss: true, tiers: [{ above: "2.4", discountBps: 1000 }] }],
  },
};
/** What a million tokens cost each: × 1.2, × 1.5, the fixed price, × 1.2, and × 1.2 less 10 % of the upper $2.40. */
const PAID = { none: "4.8", dear: "6", fixed: "5", locked: "4.8", tiered: "4.56" };

beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await publish("4");
  const made: [string, { id: string; key: Actor }][] = [];
  for (const [name, terms] of Object.entries(TERMS)) {
    const customer = await fixture.customer(name, "100");
    made.push([name, customer]);
    if (terms === null) continue;
    const set = await setContract(fixture.ctx, OPERATOR, { customer: name, terms, note: "signed" });
    if (!set.ok) throw new Error(JSON.stringify(set.error));
  }
  customers = Object.fromEntries(made) as typeof customers;
  fixture.prices.advance(HOUR_MS);
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const HOUR_MS = 3_600_000;
const publish = async (input: string) => {
  fixture.prices.advance(24 * HOUR_MS);
  await fixture.prices.submit("acme", {
    offerings: [{ ...languageModel("acme", "one", input, "8"), listed: true }],
  });
};
const use = async (key: Actor, idempotencyKey: string) => {
  const million = { offering: "acme/one", quantities: { input_tokens: 1_000_000 } };
  const debited = await recordUsage(fixture.ctx, key, { ...million, idempotencyKey });
  if (!debited.ok) throw new Error(debited.error.kind);
  return debited.value;
};
/** A million tokens of everybody's. */
const everybodyUses = async () => {
  const amounts: Record<string, bigint> = {};
  for (const [name, { key }] of Object.entries(customers)) amounts[name] = (await use(key, "1")).amount;
  return amounts;
};
const balances = async () => {
  const found: Record<string, bigint | null> = {};
  for (const [name, { id }] of Object.entries(customers)) {
    const balance = await getBalance(fixture.ctx, OPERATOR, { customer: id });
    found[name] = balance.ok ? balance.value.balance : null;
  }
  return found;
};
const inDollars = (amounts: Record<string, string>) =>
  Object.fromEntries(Object.entries(amounts).map(([name, usd]) => [name, dollars(usd)]));
const byName = (rows: readonly { name: string; difference: bigint }[]) =>
  Object.fromEntries(rows.map(({ name, difference }) => [name, difference]));

describe("usage under contracts", () => {
  test("is re-rated by another version at each contract's own terms, and a lock and a fixed price stay", async () => {
    expect(await everybodyUses()).toEqual(inDollars(PAID));
    const [from, to] = [new Date("2026-11-01T00:00:00Z"), new Date("2026-12-01T00:00:00Z")];
    await publish("5");
    const rerated = await rerateWindow(fixture.ctx, OPERATOR, {
      idempotencyKey: "dearer",
      from,
      to,
      version: 2,
      reason: "the price was $5 all along",
      dryRun: false,
    });
    expect(rerated).toMatchObject({ ok: true });
    // At $5: × 1.2 = 6; × 1.5 = 7.5; 5 and 4.8 stay; $6 less 10 % of the $3.60 above $2.40 = 5.64.
    expect(await balances()).toEqual(
      inDollars({ none: "94", dear: "92.5", fixed: "95", locked: "95.2", tiered: "94.36" }),
    );
  });

  test("is in a proposal's blast radius at each contract's own terms", async () => {
    await everybodyUses();
    fixture.prices.advance(HOUR_MS);
    const radius = await blastRadius(fixture.ctx, {
      offering: "acme/one",
      meter: "input_tokens",
      when: {},
      usd: "8",
      per: 1_000_000n,
      free: false,
      minimum: null,
      increment: null,
      included: null,
      validFrom: null,
    });
    // The meter's lines before any discount: 4.8 → 9.6, 6 → 12, a fixed price stays, a lock keeps the change away.
    expect(byName(radius.customers)).toEqual(
      inDollars({ none: "4.8", dear: "6", fixed: "0", tiered: "4.8" }),
    );
  });

  test("is in a dry run of markup rules only as far as the operator's rules price it", async () => {
    await everybodyUses();
    fixture.prices.advance(HOUR_MS);
    const rules = [{ id: "half", match: {}, percentBps: 5000 }];
    const run = await dryRunPolicy(fixture.ctx, OPERATOR, { rules, days: 30 });
    if (!run.ok) throw new Error(run.error.kind);
    // × 1.5 instead of × 1.2: 1.2 more. Under a lock too, at its rates; $6 less 10 % of $3.60 is $5.64, 1.08 more.
    expect(byName(run.value.customers)).toEqual(
      inDollars({ none: "1.2", dear: "0", fixed: "0", locked: "1.2", tiered: "1.08" }),
    );
  });

  test("gets a decrease back at each contract's own terms, and nothing where its price did not follow", async () => {
    await publish("1");
    expect(await everybodyUses()).toEqual(inDollars(PAID));
    fixture.prices.advance(HOUR_MS);
    const held = await database.sql<{ id: string }[]>`select id from ratebook.proposal where state = 'held'`;
    const ids = held.map(({ id }) => id);
    const decided = { ids, decision: "approve", reason: "announced", grantBack: true } as const;
    expect(await decideProposals(fixture.ctx, OPERATOR, decided)).toMatchObject({ ok: true });
    expect(await postGrantBacks(fixture.ctx, { kind: "system", name: "price watch" })).toBe(1);
    // 4.8 → 1.2; 6 → 1.5; $1.20 does not reach the tier, so the tiered one gets 4.56 − 1.2.
    expect(await balances()).toEqual(
      inDollars({ none: "98.8", dear: "98.5", fixed: "95", locked: "95.2", tiered: "98.8" }),
    );
  });
});
