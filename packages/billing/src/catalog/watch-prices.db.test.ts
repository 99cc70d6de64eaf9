import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWebhookEndpoint } from "../alerts/create-webhook-endpoint.ts";
import { overview } from "../ops/overview.ts";
import { languageModel, OPERATOR, type UsageFixture, usageFixture, WORKER } from "../testing/index.ts";
import { quoteUsage } from "../usage/quote-usage.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { editProposal } from "./edit-proposal.ts";
import { listProposals } from "./list-proposals.ts";
import { setOwnCost } from "./own-costs.ts";
import { getPriceAlarms } from "./price-alarms.ts";
import { listModels } from "./price-models.ts";
import { summarizePrices } from "./price-summary.ts";
import { announceSources } from "./sources.ts";
import { watchPrices } from "./watch-prices.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await database.sql`
    insert into ratebook."user" (name, email, role) values ('Op', 'op@example.com', 'operator'), ('No', 'no@example.com', 'user')`;
  await announceSources(fixture.ctx, WORKER, {
    sources: [
      {
        source: "openai",
        title: "OpenAI",
        homepage: "https://openai.com",
        schedule: null,
        freshnessHours: 36,
      },
    ],
  });
});
afterEach(async () => {
  await fixture.close();
  await database.drop();
});

const HOUR_MS = 3_600_000;
const model = (name: string, input: string) => ({
  ...languageModel("openai", name, input, "8"),
  listed: true,
});
const mailed = () => fixture.mails.map(({ to, template }) => [to, template]);
/** What webhooks say of prices, in the order it happened. */
const announced = async () => {
  const rows = await database.sql<{ body: string }[]>`
    select body from ratebook.webhook_event where kind = 'price.alarm' order by occurred_at, key`;
  return rows.map(({ body }): unknown => JSON.parse(body).data);
};
const use = async (offering: string, idempotencyKey: string) => {
  const { key } = await fixture.customer(`customer ${idempotencyKey}`, "10");
  const quantities = { input_tokens: 1000, output_tokens: 10 };
  return recordUsage(fixture.ctx, key, { offering, quantities, idempotencyKey });
};
const stateOf = async () => {
  const found = await listProposals(fixture.ctx, OPERATOR, { limit: 10 });
  return found.ok ? found.value.items.map(({ state }) => state) : [];
};

test("a price in use that goes stale is told once a day, shown in the overview and on the price list", async () => {
  await fixture.prices.submit("openai", { offerings: [model("used", "2"), model("unused", "2")] });
  await use("openai/used", "1");
  fixture.prices.advance(37 * HOUR_MS);
  const { alarms } = await watchPrices(fixture.ctx);
  expect(alarms.staleInUse).toMatchObject([{ offering: "openai/used", source: "openai" }]);
  await watchPrices(fixture.ctx);
  expect(mailed()).toEqual([
    ["op@example.com", "prices-stale"],
    ["op@example.com", "prices-stale"],
  ]);
  expect(new Set(fixture.mails.map(({ key }) => key)).size).toBe(1);
  expect(await announced()).toEqual([
    { what: "price_in_use_stale", message: "Prices in use are stale: openai", subjects: ["openai/used"] },
    {
      what: "source_stale",
      message: "Price sources missed their freshness objective: openai",
      subjects: ["openai"],
    },
  ]);
  expect(await overview(fixture.ctx, OPERATOR)).toMatchObject({
    value: { priceAlarms: { staleInUse: [{ offering: "openai/used" }], blockedInUse: [], parked: [] } },
  });
  const items = await onTheList();
  expect(
    items.map(({ stale, staleBecause }) => [stale, staleBecause?.startsWith("OpenAI was last read")]),
  ).toEqual([
    [true, true],
    [true, true],
  ]);
});

test("an offering its source no longer names goes stale by itself, while its siblings stay fresh", async () => {
  const others = ["a", "b", "c", "d"].map((name) => model(name, "2"));
  await fixture.prices.submit("openai", { offerings: [model("gone", "2"), ...others] });
  await use("openai/gone", "1");
  fixture.prices.advance(HOUR_MS);
  await fixture.prices.submit("openai", { offerings: others });
  fixture.prices.advance(20 * HOUR_MS);
  const stale = async () => {
    const items = await onTheList();
    return items.filter((item) => item.stale).map(({ offering }) => offering);
  };
  expect(await stale()).toEqual([]);
  await fixture.prices.submit("openai", { offerings: [...others, model("e", "1")] });
  fixture.prices.advance(17 * HOUR_MS);
  expect(await stale()).toEqual(["openai/gone"]);
  expect(await summarizePrices(fixture.ctx, null)).toMatchObject({ value: { stale: true } });
  const quoted = async (offering: string) => {
    const { key } = await fixture.customer("quoted", "1");
    const quote = await quoteUsage(fixture.ctx, key, { offering, quantities: { input_tokens: 1 } });
    return quote.ok ? [quote.value.stale, quote.value.staleBecause?.slice(0, 31)] : quote.error.kind;
  };
  expect(await quoted("openai/gone")).toEqual([true, "openai has not named it since 2"]);
  expect(await quoted("openai/a")).toEqual([false, undefined]);
  const alarms = await getPriceAlarms(fixture.ctx, OPERATOR);
  expect(alarms).toMatchObject({ value: { staleInUse: [{ offering: "openai/gone" }] } });
});

test("a held change of a price in use is escalated once; one nobody uses is not; both lapse in the end", async () => {
  await fixture.prices.submit("openai", { offerings: [model("used", "2"), model("unused", "2")] });
  await use("openai/used", "1");
  fixture.prices.advance(HOUR_MS);
  await fixture.prices.submit("openai", { offerings: [model("used", "6"), model("unused", "6")] });
  expect(await watchPrices(fixture.ctx)).toMatchObject({
    escalated: 0,
    alarms: { blockedInUse: [{ offering: "openai/used" }] },
  });
  fixture.prices.advance(24 * HOUR_MS);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ escalated: 1 });
  expect(await watchPrices(fixture.ctx)).toMatchObject({ escalated: 0 });
  expect(mailed()).toEqual([["op@example.com", "proposals-escalated"]]);
  expect(fixture.mails[0]?.text).toContain("openai/used input_tokens");
  expect(await announced()).toEqual([
    {
      what: "change_blocks_price_in_use",
      message: "1 held price change needs a decision",
      subjects: ["openai/used"],
    },
  ]);
  fixture.prices.advance(60 * 24 * HOUR_MS);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ expired: 2 });
  expect(await stateOf()).toEqual(["expired", "expired"]);
  // Said again, it is proposed again, the bytes being the same or not: nobody ever decided on it.
  await fixture.prices.submit("openai", { offerings: [model("used", "6"), model("unused", "6")] });
  expect(await stateOf()).toEqual(["held", "held", "expired", "expired"]);
  await fixture.prices.submit("openai", { offerings: [model("used", "6"), model("unused", "2")] });
  expect((await stateOf()).sort()).toEqual(["expired", "expired", "held", "superseded"]);
});

test("a stale source that nothing in use is billed by is told to the platform's endpoints, and mails nobody", async () => {
  await database.sql`delete from ratebook."user"`;
  const endpoint = { url: "https://ops.example/hooks", events: ["price.alarm"] } as const;
  const made = await createWebhookEndpoint(fixture.ctx, OPERATOR, endpoint);
  expect(made.ok).toBe(true);
  await fixture.prices.submit("openai", { offerings: [model("unused", "2")] });
  fixture.prices.advance(37 * HOUR_MS);
  await watchPrices(fixture.ctx);
  await watchPrices(fixture.ctx);
  expect(mailed()).toEqual([]);
  const sent = await database.sql`
    select e.body, d.state from ratebook.webhook_delivery d join ratebook.webhook_event e on e.id = d.event_id`;
  expect(sent.map(({ state }) => state)).toEqual(["pending"]);
  expect(await announced()).toMatchObject([{ what: "source_stale", subjects: ["openai"] }]);
  fixture.prices.advance(24 * HOUR_MS);
  await watchPrices(fixture.ctx);
  expect((await announced()).length).toBe(2);
});

test("usage of a model nobody prices yet is told with its volume, and marked once it has a price", async () => {
  await fixture.prices.submit("openai", { offerings: [model("old", "2")] });
  expect(await use("openai/day-zero", "1")).toMatchObject({ value: { status: "parked" } });
  await use("openai/day-zero", "2");
  const parked = {
    offering: "openai/day-zero",
    events: 2,
    customers: 2,
    quantities: { input_tokens: "2000", output_tokens: "20" },
  };
  expect(await watchPrices(fixture.ctx)).toMatchObject({
    alarms: { parked: [{ ...parked, priced: false }] },
  });
  expect(mailed()).toEqual([["op@example.com", "usage-parked"]]);
  expect(fixture.mails[0]?.text).toContain("2 events of 2 customers, 2000 input_tokens, 20 output_tokens");
  fixture.prices.advance(HOUR_MS);
  await fixture.prices.submit("openai", { offerings: [model("old", "2"), model("day-zero", "3")] });
  expect(await getPriceAlarms(fixture.ctx, OPERATOR)).toMatchObject({
    value: { parked: [{ ...parked, priced: true }] },
  });
});

test("overrides end and own costs begin and end by their dates", async () => {
  await fixture.prices.submit("openai", { offerings: [model("one", "2")] });
  fixture.prices.advance(HOUR_MS);
  await fixture.prices.submit("openai", { offerings: [model("one", "6")] });
  const found = await listProposals(fixture.ctx, OPERATOR, { state: "held", limit: 1 });
  const id = found.ok ? (found.value.items[0]?.id ?? "") : "";
  const inHours = (hours: number) => new Date(fixture.ctx.clock().getTime() + hours * HOUR_MS);
  const per = 1_000_000n;
  await editProposal(fixture.ctx, OPERATOR, {
    id,
    usd: "3",
    per,
    until: inHours(2),
    reason: "until they fix it",
  });
  const cost = { offering: "openai/one", meter: "output_tokens", when: {}, per, reason: "contract" };
  await setOwnCost(fixture.ctx, OPERATOR, {
    ...cost,
    usd: "5",
    validFrom: inHours(1),
    validUntil: inHours(3),
  });
  const state = async () => {
    await watchPrices(fixture.ctx);
    const now = await fixture.ctx.catalogue.at("openai/one", fixture.ctx.clock());
    return now?.offering.rates.map(({ usd, ownCost }) => [usd, ownCost]);
  };
  expect(await state()).toEqual([
    ["3", null],
    ["8", null],
  ]);
  fixture.prices.advance(HOUR_MS);
  expect(await state()).toEqual([
    ["3", null],
    ["8", "5"],
  ]);
  fixture.prices.advance(HOUR_MS);
  expect(await state()).toEqual([
    ["2", null],
    ["8", "5"],
  ]);
  fixture.prices.advance(HOUR_MS);
  expect(await state()).toEqual([
    ["2", null],
    ["8", null],
  ]);
});

test("a rate dated into the future is confirmed when it is due: fresh it takes effect, else the last good one stays", async () => {
  const from = new Date(fixture.ctx.clock().getTime() + 48 * HOUR_MS);
  const dated = (name: string) => ({
    ...model(name, "2"),
    rates: [
      { meter: "input_tokens", usd: "2", per: 1_000_000, validUntil: from.toISOString() },
      { meter: "input_tokens", usd: "3", per: 1_000_000, validFrom: from.toISOString() },
    ],
  });
  const price = async (name: string) =>
    (await fixture.ctx.catalogue.at(`openai/${name}`, fixture.ctx.clock()))?.offering.rates.map(
      ({ usd }) => usd,
    );
  await fixture.prices.submit("openai", { offerings: [dated("one")] });
  // Nobody reads the source again, so it is stale when the date comes.
  fixture.prices.advance(48 * HOUR_MS - 5 * 60_000);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ unconfirmed: 1 });
  expect(await watchPrices(fixture.ctx)).toMatchObject({ unconfirmed: 0 });
  fixture.prices.advance(10 * 60_000);
  expect(await price("one")).toEqual(["2"]);
  const held = await listProposals(fixture.ctx, OPERATOR, { state: "held", limit: 10 });
  expect(held).toMatchObject({
    value: { items: [{ rule: "unconfirmed_date", newUsd: "3", change: "added" }] },
  });
  // Reading the very same document confirms it.
  await fixture.prices.submit("openai", { offerings: [dated("one")] });
  expect(await price("one")).toEqual(["3"]);
  expect(await stateOf()).toEqual(["superseded"]);
});

test("a dated rate that was read in time takes effect by itself", async () => {
  const from = new Date(fixture.ctx.clock().getTime() + HOUR_MS);
  const rates = [
    { meter: "input_tokens", usd: "2", per: 1_000_000, validUntil: from.toISOString() },
    { meter: "input_tokens", usd: "3", per: 1_000_000, validFrom: from.toISOString() },
  ];
  await fixture.prices.submit("openai", { offerings: [{ ...model("one", "2"), rates }] });
  fixture.prices.advance(55 * 60_000);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ unconfirmed: 0 });
  fixture.prices.advance(10 * 60_000);
  const now = await fixture.ctx.catalogue.at("openai/one", fixture.ctx.clock());
  expect(now?.offering.rates.map(({ usd }) => usd)).toEqual(["3"]);
});

async function onTheList() {
  const list = await listModels(fixture.ctx, null, { limit: 10 });
  if (!list.ok) throw new Error(list.error.kind);
  return list.value.items;
}
