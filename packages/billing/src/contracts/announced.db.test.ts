import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { upsertCustomer } from "../accounts/upsert-customer.ts";
import { rollUsage } from "../analytics/roll-usage.ts";
import { scheduleProposal } from "../catalog/schedule-proposal.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { quoteUsage } from "../usage/quote-usage.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { announceContractChanges } from "./announce-contract-changes.ts";
import { endContract } from "./end-contract.ts";
import { type SetContractInput, setContract } from "./set-contract.ts";
import { watchContracts } from "./watch-contracts.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await database.sql`
    insert into ratebook."user" (id, name, email, email_verified, role, created_at, updated_at)
    values (gen_random_uuid(), 'Olga', 'olga@platform.test', true, 'operator', now(), now())`;
  await publish("10");
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const publish = async (input: string) => {
  fixture.prices.advance(DAY_MS);
  await fixture.prices.submit("acme", {
    offerings: [{ ...languageModel("acme", "one", input, "20"), listed: true }],
  });
};
const inDays = (days: number) => new Date(fixture.ctx.clock().getTime() + days * DAY_MS);
const agreed = async (customer: string, terms: object, more: Partial<SetContractInput> = {}) => {
  const made = await upsertCustomer(fixture.ctx, OPERATOR, {
    externalId: customer,
    name: customer,
    email: `${customer}@customer.test`,
  });
  const { key, id } = await fixture.customer(customer, "1000");
  expect(made.ok).toBe(true);
  const set = await setContract(fixture.ctx, OPERATOR, { customer, terms, note: "signed", ...more });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  fixture.prices.advance(1000);
  return { key, id, contract: set.value };
};
const million = { offering: "acme/one", quantities: { input_tokens: 1_000_000 } };
/** A change of the price to $30, held by the guard, and scheduled. */
const schedule = async (at: Date) => {
  await publish("30");
  const [held] = await database.sql<{ id: string }[]>`select id from ratebook.proposal where state = 'held'`;
  const { id } = must(held, "three times the price is held");
  const scheduled = await scheduleProposal(fixture.ctx, OPERATOR, { id, at, reason: "announced" });
  if (!scheduled.ok) throw new Error(scheduled.error.kind);
};
/** Mails by whom they were for; the outbox keeps one a key. */
const mailsTo = (address: string) => [
  ...new Map(fixture.mails.filter(({ to }) => to === address).map((mail) => [mail.key, mail])).values(),
];
const FIXED = {
  id: "in",
  match: { model: "one", meter: "input_tokens" },
  price: { usd: "12", per: 1_000_000 },
};
const lockUntil = (until: Date) => ({
  priceLock: { catalogueVersion: 1, until: until.toISOString(), allowLoss: true },
});

describe("operators are mailed once", () => {
  const told = () => mailsTo("olga@platform.test").map(({ subject }) => subject);

  test("that a scheduled change will put an agreed price under cost, ahead of it, and that it did", async () => {
    const { contract } = await agreed("acme", { prices: [{ ...FIXED, allowLoss: true }] });
    expect(await watchContracts(fixture.ctx)).toEqual([]);
    const at = inDays(9);
    await schedule(at);
    for (let run = 0; run < 3; run += 1) {
      expect(await watchContracts(fixture.ctx)).toMatchObject([
        { kind: "coming_under_cost", contract: contract.label, at, prices: ["acme/one input_tokens"] },
      ]);
    }
    expect(told()).toEqual([
      `${contract.label}: a scheduled price change would put acme/one input_tokens under what you pay`,
    ]);
  });

  test("that a locked price lies under today's cost, and that the lock ends, 30 days ahead", async () => {
    const { contract } = await agreed("acme", lockUntil(inDays(40)));
    await publish("15");
    // $10 × 1.2 of version 1 against $15.
    expect(await watchContracts(fixture.ctx)).toMatchObject([
      { kind: "lock_under_cost", prices: ["acme/one input_tokens"] },
    ]);
    fixture.prices.advance(15 * DAY_MS);
    for (let run = 0; run < 2; run += 1) {
      expect(await watchContracts(fixture.ctx)).toMatchObject([
        { kind: "lock_under_cost" },
        { kind: "lock_ends" },
      ]);
    }
    expect(told()).toHaveLength(2);
    fixture.prices.advance(30 * DAY_MS);
    expect(await watchContracts(fixture.ctx)).toEqual([]);
    expect(contract.label).toBe("contract-1");
  });
});

describe("a customer is told ahead, by mail and event, once", () => {
  const told = async (customer: string) => {
    await announceContractChanges(fixture.ctx);
    const events = await database.sql<{ data: Record<string, unknown> }[]>`
      select body::jsonb -> 'data' as data from ratebook.webhook_event where kind = 'contract.changes' order by occurred_at, id`;
    return {
      subjects: mailsTo(`${customer}@customer.test`).map(({ subject }) => subject),
      events: events.map(({ data }) => data),
    };
  };

  test("of a scheduled change of what it uses, at its own price before and after", async () => {
    const { key, contract } = await agreed("acme", { rules: [{ id: "flat", percentBps: 1000 }] });
    await recordUsage(fixture.ctx, key, { ...million, idempotencyKey: "1" });
    await rollUsage(fixture.ctx, { entries: 100 });
    const at = inDays(9);
    await schedule(at);
    expect(await announceContractChanges(fixture.ctx)).toBe(1);
    expect(await announceContractChanges(fixture.ctx)).toBe(0);
    // $10 × 1.1 and $30 × 1.1.
    expect(await told("acme")).toEqual({
      subjects: [`Prices of yours change on ${at.getUTCDate()} December 2026`],
      events: [
        {
          contract: contract.label,
          what: "prices",
          at: at.toISOString(),
          prices: ["acme/one input_tokens: $11 → $33 per 1000000"],
        },
      ],
    });
  });

  test("of nothing where a fixed price or a lock keeps the change away, or it never used the model", async () => {
    const fixed = await agreed("fixed", { prices: [{ ...FIXED, allowLoss: true }] });
    const locked = await agreed("locked", lockUntil(inDays(300)));
    await agreed("elsewhere", { rules: [{ id: "flat", percentBps: 1000 }] });
    for (const { key } of [fixed, locked])
      await recordUsage(fixture.ctx, key, { ...million, idempotencyKey: "1" });
    await rollUsage(fixture.ctx, { entries: 100 });
    await schedule(inDays(9));
    expect(await announceContractChanges(fixture.ctx)).toBe(0);
  });

  test("of a lock's end, a contract's end and new terms; what follows at once is told as new terms", async () => {
    const ends = inDays(25);
    await agreed("acme", lockUntil(inDays(10)), { validUntil: ends });
    await agreed("gone", {}, { validUntil: ends });
    await agreed("acme", { rules: [{ id: "flat", percentBps: 500 }] }, { validFrom: ends });
    const day = (at: Date) => `${at.getUTCDate()} ${at.getUTCMonth() === 10 ? "November" : "December"} 2026`;
    expect((await told("acme")).subjects.toSorted()).toEqual(
      [
        `New terms of yours begin on ${day(ends)}`,
        `Your price lock ends on ${day(new Date(ends.getTime() - 15 * DAY_MS))}`,
      ].toSorted(),
    );
    expect((await told("gone")).subjects).toEqual([`Your contract ends on ${day(ends)}`]);
    expect(await announceContractChanges(fixture.ctx)).toBe(0);
  });

  test("not of what lies more than 30 days away, and then when it does not", async () => {
    await agreed("acme", {}, { validUntil: inDays(45) });
    expect(await announceContractChanges(fixture.ctx)).toBe(0);
    fixture.prices.advance(20 * DAY_MS);
    expect(await announceContractChanges(fixture.ctx)).toBe(1);
    for (let day = 0; day < 30; day += 6) {
      fixture.prices.advance(6 * DAY_MS);
      expect(await announceContractChanges(fixture.ctx)).toBe(0);
    }
  });
});

describe("when a promise ends", () => {
  test("a lock's last instant is priced by its version, the next by today's, and the receipts say why", async () => {
    const until = inDays(10);
    const { key } = await agreed("acme", lockUntil(until));
    await publish("15");
    const before = await recordUsage(fixture.ctx, key, {
      ...million,
      occurredAt: new Date(until.getTime() - 1),
      idempotencyKey: "future",
    });
    expect(before).toMatchObject({ error: { kind: "validation_error" } });
    fixture.prices.advance(10 * DAY_MS);
    const at = (occurredAt: Date, idempotencyKey: string) =>
      recordUsage(fixture.ctx, key, { ...million, occurredAt, idempotencyKey });
    expect(await at(new Date(until.getTime() - 1), "last")).toMatchObject({
      value: { amount: dollars("12"), catalogueVersion: 1 },
    });
    expect(await at(until, "first")).toMatchObject({ value: { amount: dollars("18"), catalogueVersion: 2 } });
  });

  test("a quote given under a contract keeps its price though the contract has ended, the next quote does not", async () => {
    const { key, contract } = await agreed("acme", { rules: [{ id: "flat", percentBps: 0 }] });
    const quote = await quoteUsage(fixture.ctx, key, million);
    const { version } = contract;
    await endContract(fixture.ctx, OPERATOR, { version, reason: "left" });
    fixture.prices.advance(1000);
    const quoteId = quote.ok ? quote.value.quoteId : "";
    expect(
      await recordUsage(fixture.ctx, key, { ...million, quoteId, idempotencyKey: "quoted" }),
    ).toMatchObject({
      value: { amount: dollars("10") },
    });
    expect(await quoteUsage(fixture.ctx, key, million)).toMatchObject({
      value: { amount: dollars("12"), contract: null },
    });
  });
});
