import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dollars, type UsageFixture, usageFixture } from "../testing/index.ts";
import { previewPrice } from "./preview-price.ts";
import { quoteUsage } from "./quote-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({
    offerings: [
      {
        provider: "acme",
        model: "painter",
        modality: "image",
        listed: true,
        defaultRequest: { quantities: { image: 1 }, dimensions: { resolution: "2k" } },
        rates: [
          { meter: "image", usd: "0.04", per: 1 },
          { meter: "image", usd: "0.08", per: 1, when: { resolution: "2k" } },
        ],
      },
      {
        provider: "acme",
        model: "writer",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "0.15", per: 1_000_000 },
          { meter: "output_tokens", usd: "0.60", per: 1_000_000 },
        ],
      },
    ],
  });
});

afterAll(async () => {
  await fixture.close();
  await database.drop();
});

describe("a price preview", () => {
  test("says what a quote of the same usage says, and writes nothing", async () => {
    const { key } = await fixture.customer("curious", "5");
    const usage = { offering: "acme/writer", quantities: { input_tokens: 1_200, output_tokens: "350" } };
    const preview = await previewPrice(fixture.ctx, null, usage);
    // 1,200 × $0.15/M × 1.2 = $0.000216; 350 × $0.60/M × 1.2 = $0.000252.
    expect(preview).toMatchObject({
      ok: true,
      value: { amount: dollars("0.000468"), upstream: dollars("0.00039") },
    });
    const before = await database.sql`select count(*)::int as n from ratebook.quote`;
    expect(before[0]?.n).toBe(0);
    const quote = await quoteUsage(fixture.ctx, key, usage);
    if (!quote.ok || !preview.ok) throw new Error("both have a price");
    expect(preview.value).toEqual({
      offering: quote.value.offering,
      amount: quote.value.amount,
      upstream: quote.value.upstream,
      lines: quote.value.lines,
      catalogueVersion: quote.value.catalogueVersion,
      policyVersion: quote.value.policyVersion,
      contract: quote.value.contract,
    });
  });

  test("without quantities prices the default request, and is nothing where there is none", async () => {
    // $0.08 × 1.2.
    expect(await previewPrice(fixture.ctx, null, { provider: "acme", model: "painter" })).toMatchObject({
      ok: true,
      value: { offering: "acme/painter", amount: dollars("0.096") },
    });
    expect(await previewPrice(fixture.ctx, null, { offering: "acme/writer" })).toEqual({
      ok: true,
      value: null,
    });
  });

  test("names what has no price", async () => {
    expect(await previewPrice(fixture.ctx, null, { offering: "acme/nobody" })).toMatchObject({
      ok: false,
      error: { kind: "unrated", reason: "unknown_offering" },
    });
    expect(
      await previewPrice(fixture.ctx, null, { offering: "acme/writer", quantities: { image: 1 } }),
    ).toMatchObject({ ok: false, error: { kind: "unrated", reason: "unpriced_meter" } });
    expect(await previewPrice(fixture.ctx, null, {})).toMatchObject({
      ok: false,
      error: { field: "offering" },
    });
    expect(
      await previewPrice(fixture.ctx, null, { offering: "acme/writer", quantities: { input_tokens: -1 } }),
    ).toMatchObject({ ok: false, error: { kind: "validation_error" } });
  });
});
