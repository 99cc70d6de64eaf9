import { announceSources, getPriceAlarms, watchPrices } from "@ratebook/billing";
import { languageModel, OPERATOR, WORKER } from "@ratebook/billing/testing";
import { expect } from "vitest";
import type { PainSystem, Proof } from "./pain-system.ts";

const HOUR_MS = 3_600_000;
const MILLION = { quantities: { input_tokens: 1_000_000 } };

export const wrongUnit: Proof = async (system) => {
  const { doors, usage } = system;
  const { apiKey } = await doors.payer("pain 11", "100");
  const document = (unit: string, moved: string) => ({
    offerings: [sold("unit", "one", unit), sold("unit", "two", moved), sold("unit", "three", "4")],
  });
  await doors.prices.submit("unit-api", document("2", "2"));
  // A price a token printed as a price a million, and another a thousand times too dear: the rest is read on.
  const outcome = await doors.prices.submit("unit-api", document("0.000002", "2000"));
  expect(outcome).toMatchObject({ counts: { quarantined: 2 } });
  for (const [model, amount] of [
    ["one", "2.4"],
    ["two", "2.4"],
    ["three", "4.8"],
  ]) {
    const debit = await usage(apiKey, {
      offering: `unit/${model}`,
      ...MILLION,
      idempotencyKey: String(model),
    });
    expect(debit.body).toMatchObject({ status: "debited", amount });
  }
};

export const unknownUnit: Proof = async ({ doors, usage, balance }) => {
  const { apiKey } = await doors.payer("pain 11 units", "100");
  const sellSpeech = (meter: string) =>
    doors.sell({
      offerings: [
        {
          provider: "unit",
          model: "speech",
          modality: "stt",
          listed: true,
          rates: [{ meter, usd: "0.006", per: 60 }],
        },
      ],
    });
  await expect(sellSpeech("stt_minute")).rejects.toThrow("must be a known meter");
  await sellSpeech("stt_second");
  // Ninety seconds at $0.006 a minute: 0.009, × 1.2. The unit is the meter's, never the caller's.
  const event = { offering: "unit/speech", idempotencyKey: "1" };
  const debit = await usage(apiKey, { ...event, quantities: { stt_second: 90 } });
  expect(debit.body).toMatchObject({ status: "debited", amount: "0.0108" });
  const minutes = await usage(apiKey, { ...event, idempotencyKey: "2", quantities: { stt_minute: 1.5 } });
  expect(minutes).toMatchObject({ status: 400, body: { details: { field: "quantities.stt_minute" } } });
  const half = await usage(apiKey, { ...event, idempotencyKey: "3", quantities: { input_tokens: 0.5 } });
  expect(half).toMatchObject({ status: 400, body: { details: { field: "quantities.input_tokens" } } });
  expect(await balance(apiKey)).toMatchObject({ balance: 99.9892 });
};

export const partialScrape: Proof = async ({ doors, usage }) => {
  const { apiKey } = await doors.payer("pain 12", "100");
  const models = (count: number, usd = "1") => ({
    offerings: Array.from({ length: count }, (_, n) => sold("scrape", `m${n}`, usd)),
  });
  const debit = async (model: string, key: string) =>
    (await usage(apiKey, { offering: `scrape/${model}`, ...MILLION, idempotencyKey: key })).body;
  await doors.prices.submit("scrape-api", models(10));
  expect(await doors.prices.submit("scrape-api", models(6, "1.1"))).toMatchObject({
    outcome: "failed",
    version: null,
    check: "document_count",
  });
  expect(await doors.prices.submit("scrape-api", models(9, "1.2"))).toMatchObject({
    counts: { missing: 1 },
  });
  // The one that is missing is sold on at its last price; those that were read moved.
  expect(await debit("m9", "missing")).toMatchObject({ status: "debited", amount: "1.2" });
  expect(await debit("m0", "read")).toMatchObject({ status: "debited", amount: "1.44" });
};

export const stalePrices: Proof = async (system) => {
  const { doors, usage } = system;
  const { ctx } = doors;
  const { apiKey } = await doors.payer("pain 13", "100");
  await doors.database.sql`
    insert into ratebook."user" (name, email, role) values ('Op', 'pain13@example.com', 'operator')`;
  const source = { source: "slow-api", title: "Slow", homepage: "https://slow.test", schedule: null };
  await announceSources(ctx, WORKER, { sources: [{ ...source, freshnessHours: 36 }] });
  await doors.prices.submit("slow-api", { offerings: [sold("slow", "one", "2")] });
  const used = await usage(apiKey, { offering: "slow/one", ...MILLION, idempotencyKey: "1" });
  expect(used.body).toMatchObject({ status: "debited" });
  expect(await priceOf(system, "slow/one")).toMatchObject({ stale: false });
  doors.prices.advance(37 * HOUR_MS);
  await watchPrices(ctx);
  expect(await priceOf(system, "slow/one")).toMatchObject({ stale: true });
  const mails = doors.mails.filter(({ to }) => to === "pain13@example.com");
  expect(mails.map(({ template }) => template)).toContain("prices-stale");
  // Still sold at the last good price, never free; a failing read freshens nothing.
  const later = await usage(apiKey, { offering: "slow/one", ...MILLION, idempotencyKey: "2" });
  expect(later.body).toMatchObject({ status: "debited", amount: "2.4" });
};

export const dayZeroModel: Proof = async ({ doors, usage, balance }) => {
  const { apiKey } = await doors.payer("pain 13 day 0", "100");
  const event = { offering: "openai/announced-today", ...MILLION };
  expect(await usage(apiKey, { ...event, idempotencyKey: "r" })).toMatchObject({
    status: 202,
    body: { status: "parked", reason: "unknown_offering" },
  });
  // Before it is served, a gate says so instead of serving unpaid work.
  expect(await usage(apiKey, { ...event, mode: "gate", idempotencyKey: "g" })).toMatchObject({ status: 409 });
  const alarms = await getPriceAlarms(doors.ctx, OPERATOR);
  expect(alarms.ok && alarms.value.parked).toContainEqual(
    expect.objectContaining({ offering: "openai/announced-today", events: 1, priced: false }),
  );
  expect(await balance(apiKey)).toMatchObject({ balance: 100 });
};

/** A listed model at these dollars a million tokens, in and out. */
const sold = (provider: string, model: string, usd: string) => ({
  ...languageModel(provider, model, usd, usd),
  listed: true,
});

const priceOf = async ({ doors }: PainSystem, offering: string) =>
  (await doors.send("GET", `/api/v1/pricing/models/${offering}`)).body.model;
