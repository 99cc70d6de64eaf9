import { must } from "@ratebook/core";
import { connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCatalogue } from "../catalog/create-catalogue.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { getBalance } from "../usage/get-balance.ts";
import { getReceipt } from "../usage/get-receipt.ts";
import { placeHold } from "../usage/place-hold.ts";
import { quoteUsage } from "../usage/quote-usage.ts";
import { recomputeReceipt } from "../usage/recompute-receipt.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { recordUsageBatch } from "../usage/record-usage-batch.ts";
import { settleHold } from "../usage/settle-hold.ts";
import { closeVolumeMonths } from "./close-volume.ts";
import { creditLineUse } from "./credit-line-use.ts";
import { endContract } from "./end-contract.ts";
import { renewCreditLines } from "./renew-credit-lines.ts";
import { type SetContractInput, setContract } from "./set-contract.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Awaited<ReturnType<UsageFixture["customer"]>>["key"];
let customerId: string;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [model("10")] });
  ({ key, id: customerId } = await fixture.customer("acme-42", "1000"));
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const model = (input: string, output = "20") => ({
  ...languageModel("acme", "one", input, output),
  listed: true,
});

const agree = async (terms: object, more: Partial<SetContractInput> = {}) =>
  setContract(fixture.ctx, OPERATOR, { customer: "acme-42", terms, note: "signed", ...more });
const agreed = async (terms: object, more: Partial<SetContractInput> = {}) => {
  const made = await agree(terms, more);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
};

const millions = (count: number) => ({
  offering: "acme/one",
  quantities: { input_tokens: count * 1_000_000 },
});
const use = async (idempotencyKey: string, count: number, more: object = {}) => {
  const debited = await recordUsage(fixture.ctx, key, { ...millions(count), idempotencyKey, ...more });
  if (!debited.ok) throw new Error(JSON.stringify(debited.error));
  return debited.value;
};
const receiptOf = async (id: string) => {
  const receipt = await getReceipt(fixture.ctx, key, { id });
  if (!receipt.ok) throw new Error(receipt.error.kind);
  expect(recomputeReceipt(receipt.value).agrees).toBe(true);
  return receipt.value;
};

const TIERS = {
  discounts: [
    {
      id: "volume",
      by: "spend",
      tiers: [
        { above: "20", discountBps: 1000 },
        { above: "40", discountBps: 1500 },
      ],
    },
  ],
};

describe("a contract prices its customer's usage", () => {
  test("by its fixed prices and its own markup; others pay the operator's policy", async () => {
    const { label } = await agreed({
      prices: [
        { id: "out", match: { model: "o*", meter: "output_tokens" }, price: { usd: "21", per: 1_000_000 } },
      ],
      rules: [{ id: "cheap", match: { provider: "acme" }, percentBps: 500 }],
    });
    const mine = await use("1", 1, { quantities: { input_tokens: 1_000_000, output_tokens: 1_000_000 } });
    // $10 × 1.05 + $21.
    expect(mine.amount).toBe(dollars("31.5"));
    const receipt = await receiptOf(mine.id);
    expect(receipt.versions).toEqual({ catalogue: 1, policy: 1, contract: label });
    expect(receipt.lines).toMatchObject([
      {
        markup: {
          rule: { id: "contract:cheap" },
          passedOver: [{ ruleId: "contract:out", because: "meter is input_tokens, not output_tokens" }],
        },
      },
      { markup: { rule: { id: "contract:out" }, decidedBy: "price", passedOver: [] } },
    ]);
    const other = await fixture.customer("other", "100");
    const theirs = await recordUsage(fixture.ctx, other.key, { ...millions(1), idempotencyKey: "1" });
    expect(theirs).toMatchObject({ value: { amount: dollars("12") } });
  });

  test("from its first instant to its last, half-open", async () => {
    const begins = new Date(fixture.ctx.clock().getTime() + DAY_MS);
    const ends = new Date(begins.getTime() + DAY_MS);
    await agreed({ rules: [{ id: "flat", percentBps: 0 }] }, { validFrom: begins, validUntil: ends });
    expect((await use("before", 1)).amount).toBe(dollars("12"));
    fixture.prices.advance(DAY_MS);
    expect((await use("first", 1)).amount).toBe(dollars("10"));
    fixture.prices.advance(DAY_MS - 1);
    expect((await use("last", 1)).amount).toBe(dollars("10"));
    fixture.prices.advance(1);
    expect((await use("after", 1)).amount).toBe(dollars("12"));
    // What happened while it held is priced by it, whenever it is reported.
    expect((await use("late", 1, { occurredAt: begins })).amount).toBe(dollars("10"));
  });

  test("a hold and a quote keep the contract they were given under", async () => {
    const first = await agreed({ rules: [{ id: "flat", percentBps: 0 }] });
    const hold = await placeHold(fixture.ctx, key, { ...millions(1), idempotencyKey: "h" });
    const quote = await quoteUsage(fixture.ctx, key, millions(1));
    if (!hold.ok || !quote.ok) throw new Error("refused");
    expect([hold.value.amount, quote.value.amount]).toEqual([dollars("10"), dollars("10")]);
    fixture.prices.advance(1000);
    await agreed({ rules: [{ id: "dear", percentBps: 5000 }] }, { replaces: first.version });
    expect((await use("now", 1)).amount).toBe(dollars("15"));
    expect((await use("quoted", 1, { quoteId: quote.value.quoteId })).amount).toBe(dollars("10"));
    const settled = await settleHold(fixture.ctx, key, {
      holdId: hold.value.holdId,
      outcome: "completed",
      quantities: { input_tokens: 1_000_000 },
    });
    expect(settled).toMatchObject({ value: { amount: dollars("10") } });
    if (settled.ok) expect((await receiptOf(settled.value.id)).versions.contract).toBe(first.label);
  });

  test("a price lock keeps a version's rates until its day; margin counts what the operator pays now", async () => {
    const until = new Date(fixture.ctx.clock().getTime() + 3 * DAY_MS).toISOString();
    await agreed({ priceLock: { catalogueVersion: 1, until, allowLoss: true } });
    fixture.prices.advance(DAY_MS);
    await fixture.sell({ offerings: [model("15")] });
    const locked = await use("locked", 1);
    // Still $10 × 1.2, though it costs $15 now.
    expect(locked).toMatchObject({ amount: dollars("12"), catalogueVersion: 1 });
    await receiptOf(locked.id);
    const [event] = await database.sql<{ cost: bigint }[]>`
      select own_cost as cost from ratebook.usage_event where op_id = ${locked.id}`;
    expect(event?.cost).toBe(dollars("15"));
    fixture.prices.advance(2 * DAY_MS);
    expect(await use("free", 1)).toMatchObject({ amount: dollars("18"), catalogueVersion: 2 });
  });

  test("another replica prices by it after its next look", async () => {
    const replica = createCatalogue({ sql: database.sql, clock: fixture.ctx.clock });
    await replica.refresh();
    const { label } = await agreed({ rules: [{ id: "flat", percentBps: 0 }] });
    expect(replica.contractAt(customerId, fixture.ctx.clock())).toBeNull();
    await replica.refresh();
    expect(replica.contractAt(customerId, fixture.ctx.clock())).toMatchObject({ label });
  });
});

describe("volume discounts", () => {
  test("are marginal, go on within a batch, and their receipts say which tier took what and why", async () => {
    await agreed(TIERS);
    const batch = await recordUsageBatch(
      fixture.ctx,
      key,
      ["1", "2", "3", "4"].map((idempotencyKey) => ({ ...millions(1), idempotencyKey })),
    );
    if (!batch.ok) throw new Error(batch.error.kind);
    const debits = batch.value.map((debit) => must(debit.ok ? debit.value : null, "every debit is taken"));
    // $12 each. 12: none. 24: $4 × 10 %. 36: $12 × 10 %. 48: $4 × 10 % + $8 × 15 %.
    expect(debits.map(({ amount }) => amount)).toEqual(["12", "11.6", "10.8", "10.4"].map(dollars));
    const receipt = await receiptOf(must(debits[3], "four were sent").id);
    expect(receipt.lines).toMatchObject([
      { kind: "usage", amount: dollars("12") },
      {
        kind: "volume",
        month: "2026-11-01",
        position: "36",
        volume: "12",
        amount: dollars("-1.6"),
        decidedBy: "tiers",
        tiers: [
          { above: "20", volume: "4", because: "4 of the event's dollars lie in this tier" },
          { above: "40", volume: "8", because: "8 of the event's dollars lie in this tier" },
        ],
      },
    ]);
    const first = await receiptOf(must(debits[0], "four were sent").id);
    expect(first.lines[1]).toMatchObject({
      tiers: [{ because: "the month had come to 12 dollars, not above 20" }, { volume: "0" }],
    });
  });

  test("a new month begins at nothing, a new version of the contract goes on", async () => {
    const { version } = await agreed(TIERS);
    await use("1", 3);
    await agreed(
      { ...TIERS, rules: [{ id: "same", percentBps: 2000 }] },
      { replaces: version, validFrom: tomorrow() },
    );
    fixture.prices.advance(DAY_MS);
    // From $36 to $48.
    expect((await use("2", 1)).amount).toBe(dollars("10.4"));
    fixture.prices.advance(9 * DAY_MS);
    expect((await use("3", 1)).amount).toBe(dollars("12"));
  });

  test("closing a month gives exactly what concurrent debits missed, once, and again only for late events", async () => {
    await agreed(TIERS);
    const one = (id: number) => use(`c${id}`, 1);
    const debits = await Promise.all([1, 2, 3, 4, 5].map(one));
    const given = 60_000_000_000n - debits.reduce((sum, { amount }) => sum + amount, 0n);
    expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 0, given: 0n });
    fixture.prices.advance(13 * DAY_MS);
    // $60: $20 at 10 % + $20 at 15 % = $5.
    const due = dollars("5");
    expect(given <= due).toBe(true);
    const runs = await Promise.all([closeVolumeMonths(fixture.ctx), closeVolumeMonths(fixture.ctx)]).catch(
      () => [],
    );
    await closeVolumeMonths(fixture.ctx);
    expect(runs.length === 0 || runs.some(({ closed }) => closed === 1)).toBe(true);
    expect(await balance()).toBe(dollars("945"));
    // A late event goes on at $60: $12 × 15 % are off, and nothing is left to give.
    expect((await use("late", 1, { occurredAt: new Date("2026-11-30T12:00:00Z") })).amount).toBe(
      dollars("10.2"),
    );
    expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 1, given: 0n });
    expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 0, given: 0n });
    const closes = await database.sql`
      select events::int as events, due from ratebook.contract_volume_close order by events`;
    expect([...closes]).toEqual([
      { events: 5, due },
      { events: 6, due: dollars("6.8") },
    ]);
  });

  test("a month that cannot be closed keeps no other customer waiting, and is told", async () => {
    const other = await fixture.customer("other", "1000");
    await agreed(TIERS);
    await agreed(TIERS, { customer: "other" });
    await use("mine", 5);
    const theirs = await recordUsage(fixture.ctx, other.key, { ...millions(5), idempotencyKey: "theirs" });
    expect(theirs.ok).toBe(true);
    fixture.prices.advance(13 * DAY_MS);
    // The one that is looked at first.
    const broken = [customerId, other.id].sort()[0] ?? "";
    const owner = connect({ url: database.ownerUrl, max: 1, applicationName: "test" });
    await owner.sql.unsafe(
      `alter table ratebook.contract_volume_close add constraint broken check (customer_id <> '${broken}')`,
    );
    await expect(closeVolumeMonths(fixture.ctx)).rejects.toThrow("1 months of volume discounts");
    const closed = await database.sql`select customer_id as id from ratebook.contract_volume_close`;
    expect(closed.map(({ id }) => id)).toEqual([customerId, other.id].filter((id) => id !== broken));
    await owner.sql`alter table ratebook.contract_volume_close drop constraint broken`;
    await owner.close();
    expect(await closeVolumeMonths(fixture.ctx)).toMatchObject({ closed: 1 });
  });

  test("a quote's amount stands, wherever the month has come to since", async () => {
    await agreed(TIERS);
    const quote = await quoteUsage(fixture.ctx, key, millions(2));
    if (!quote.ok) throw new Error(quote.error.kind);
    // $24: $4 × 10 %.
    expect(quote.value.amount).toBe(dollars("23.6"));
    await use("between", 5);
    const debited = await use("quoted", 2, { quoteId: quote.value.quoteId });
    expect(debited.amount).toBe(dollars("23.6"));
    await receiptOf(debited.id);
  });
});

describe("a contract that cannot be", () => {
  const flat = { rules: [{ id: "flat", percentBps: 0 }] };

  test("overlaps: refused by the verb, and by the database", async () => {
    const first = await agreed(flat, { validUntil: tomorrow() });
    expect(await agree(flat)).toMatchObject({ error: { kind: "contract_overlap", contract: first.label } });
    // Half-open: the next may begin where it ends.
    await agreed(flat, { validFrom: tomorrow() });
    await expect(
      database.sql`
        insert into ratebook.contract_version select version + 10, customer_id, valid_from + interval '1 hour', null, terms,
          plan, note, created_by, created_at, revision + 10 from ratebook.contract_version where version = ${first.version}`,
    ).rejects.toMatchObject({ code: "23P01", constraint_name: "contract_version_overlap" });
    expect(await count()).toBe(2);
  });

  test("one that takes the place of another is made once, and never in place of one nobody named", async () => {
    const first = await agreed(flat);
    fixture.prices.advance(1000);
    const second = await agreed(flat, { replaces: first.version });
    fixture.prices.advance(1000);
    // Sent again, or written while the second was made.
    expect(await agree(flat, { replaces: first.version })).toMatchObject({
      error: { kind: "contract_overlap", contract: second.label },
    });
    expect(await count()).toBe(2);
  });

  test("two at once: one is made", async () => {
    const made = await Promise.all([agree(flat), agree(flat), agree(flat)]);
    expect(made.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await count()).toBe(1);
  });

  test.each([
    ["the past", { validFrom: new Date("2026-11-21T00:00:00Z") }, {}, "validFrom"],
    ["an end before its beginning", { validUntil: new Date("2026-11-22T00:00:00Z") }, {}, "validUntil"],
    ["an unknown term", {}, { discount: 3 }, "terms"],
    [
      "a negative discount",
      {},
      { discounts: [{ id: "v", by: "spend", tiers: [{ above: "0", discountBps: -1 }] }] },
      "terms.discounts.0.tiers.0.discountBps",
    ],
    [
      "a lock on no version",
      {},
      { priceLock: { catalogueVersion: 99, until: "2027-01-01T00:00:00Z", allowLoss: true } },
      "terms.priceLock.catalogueVersion",
    ],
  ])("%s: the field is named and nothing is written", async (_, more, terms, field) => {
    expect(await agree(terms, more)).toMatchObject({ error: { kind: "validation_error", field } });
    expect(await count()).toBe(0);
  });

  test("is made by anybody but an operator", async () => {
    const made = await setContract(fixture.ctx, key, { customer: "acme-42", terms: {}, note: "mine" });
    expect(made).toMatchObject({ error: { kind: "access_denied" } });
  });

  test("is changed: versions are immutable, only an end comes nearer", async () => {
    const { version } = await agreed(flat);
    const change = database.sql`
      update ratebook.contract_version set valid_until = valid_from + interval '9 days', revision = revision`;
    await expect(change).rejects.toThrow("immutable");
    await expect(database.sql`update ratebook.contract_version set terms = '{}'`).rejects.toThrow("denied");
    await expect(database.sql`delete from ratebook.contract_version`).rejects.toThrow("denied");
    const at = tomorrow();
    expect(await endContract(fixture.ctx, OPERATOR, { version, at, reason: "left" })).toMatchObject({
      value: { validUntil: at },
    });
    const later = new Date(at.getTime() + DAY_MS);
    expect(await endContract(fixture.ctx, OPERATOR, { version, at: later, reason: "stays" })).toMatchObject({
      error: { field: "at" },
    });
  });
});

test("a credit line comes once a month, burns last, and says what its invoice settles", async () => {
  await agreed({ creditLine: { amount: "500" } });
  expect(await renewCreditLines(fixture.ctx)).toBe(1);
  expect(await renewCreditLines(fixture.ctx)).toBe(0);
  expect(await balance()).toBe(dollars("1500"));
  // 100 M × $12: the purchased $1,000 go first, then $200 of the line.
  await use("1", 100);
  const asked = () => creditLineUse(fixture.ctx, key, { limit: 5 });
  expect(await asked()).toMatchObject({ value: [{ month: "2026-11-01", used: null }] });
  fixture.prices.advance(9 * DAY_MS);
  expect(await renewCreditLines(fixture.ctx)).toBe(1);
  expect(await balance()).toBe(dollars("500"));
  expect(await asked()).toMatchObject({
    value: [
      { month: "2026-12-01", used: null },
      { month: "2026-11-01", amount: dollars("500"), used: dollars("200") },
    ],
  });
});

const tomorrow = () => new Date(fixture.ctx.clock().getTime() + DAY_MS);
const balance = async () => {
  const found = await getBalance(fixture.ctx, key, {});
  return found.ok ? found.value.balance : null;
};
const count = async () => {
  const [row] = await database.sql<{ count: number }[]>`
    select count(*)::int as count from ratebook.contract_version`;
  return row?.count;
};
