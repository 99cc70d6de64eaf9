import { setContract } from "@ratebook/billing";
import { expectBooksBalance, languageModel, OPERATOR } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await doors.sell({ offerings: [{ ...languageModel("acme", "one", "10", "20"), listed: true }] });
});
afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

const TERMS = {
  rules: [{ id: "flat", percentBps: 500 }],
  discounts: [
    {
      id: "volume",
      by: "spend",
      allowLoss: true,
      tiers: [
        { above: "5", discountBps: 1000 },
        { above: "20", discountBps: 2000 },
      ],
    },
  ],
};

async function agreed(customer: string, terms: object = TERMS, more: object = {}) {
  const payer = await doors.payer(customer, "1000");
  const set = await setContract(doors.ctx, OPERATOR, { customer, terms, note: "signed", ...more });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  doors.prices.advance(1);
  return { ...payer, contract: set.value };
}

const get = (path: string, key?: string, headers?: Record<string, string>) =>
  doors.send("GET", path, { ...(key !== undefined && { key }), ...(headers && { headers }) });

describe.each([
  ["GET /api/v1/pricing/models", "/api/v1/pricing/models"],
  ["GET /api/v1/pricing/models/{provider}/{model}", "/api/v1/pricing/models/acme/one"],
  ["GET /api/v1/pricing/summary", "/api/v1/pricing/summary"],
])("%s", (name, path) => {
  test("answers everybody's prices without a key, a contract's with its key, and says which", async () => {
    const { apiKey, contract } = await agreed(`own ${name}`);
    const whose = ({ body }: Awaited<ReturnType<typeof get>>) =>
      Object(body.model ?? body) as Record<string, unknown>;
    const [anyone, own] = [await get(path), await get(path, apiKey)];
    expect(anyone.status).toBe(200);
    expect(whose(anyone)).toMatchObject({ prices: "standard", contract: null });
    expect(whose(own)).toMatchObject({
      prices: "contract",
      contract: {
        contract: contract.label,
        validUntil: null,
        priceLock: null,
        volumeDiscounts: [{ id: "volume" }],
      },
    });
    // $10 a million × 1.2 and × 1.05.
    expect(anyone.text).toMatch(/"sellPrice":"12","standardPrice":"12"|"min":0\.012,/);
    expect(own.text).toMatch(/"sellPrice":"10\.5","standardPrice":"12"|"min":0\.0105,/);
  });

  test("is never kept by a cache for one customer and shown to another", async () => {
    const { apiKey } = await agreed(`cached ${name}`);
    const [anyone, own] = [await get(path), await get(path, apiKey)];
    for (const { headers } of [anyone, own]) {
      expect(headers.get("vary")).toMatch(/Authorization, X-API-Key, X-Customer, Cookie/);
    }
    expect(own.headers.get("cache-control")).toBe("private, no-store");
    expect(anyone.headers.get("cache-control")).toBeNull();
  });

  test("refuses a key that is not valid, and a customer that is not the caller's", async () => {
    await agreed(`foreign ${name}`);
    const { apiKey } = await doors.payer(`curious ${name}`);
    const named = { "X-Customer": `foreign ${name}` };
    expect(await get(path, "rbk_unknown")).toMatchObject({ status: 401 });
    expect(await get(path, apiKey, named)).toMatchObject({ status: 403, body: { code: "access_denied" } });
    expect(await get(path, undefined, named)).toMatchObject({ status: 403 });
    expect(await get(path, service, { "X-Customer": "nobody at all" })).toMatchObject({ status: 404 });
    const asService = await get(path, service, named);
    expect(asService.text).toContain('"prices":"contract"');
    expect((await get(path, service)).text).toContain('"prices":"standard"');
  });
});

test("a quote names the contract that made it, and costs what the list says", async () => {
  const { apiKey, contract } = await agreed("quoting");
  const body = { offering: "acme/one", quantities: { input_tokens: 1_000_000 } };
  // $10.50, of which $5.50 lie above $5, at 10 % off: $0.55.
  expect(await doors.send("POST", "/api/v1/pricing/quote", { key: apiKey, body })).toMatchObject({
    status: 200,
    body: { amount: "9.95", contract: contract.label },
  });
});

describe("GET /api/v1/contract", () => {
  test("says what holds, what comes, and how far the month has come in the tiers", async () => {
    const begins = new Date(doors.ctx.clock().getTime() + 5 * 86_400_000);
    const { apiKey, contract } = await agreed("terms", TERMS, { validUntil: begins });
    const next = await setContract(doors.ctx, OPERATOR, {
      customer: "terms",
      terms: { rules: [{ id: "cheaper", percentBps: 100 }] },
      validFrom: begins,
      note: "renewed",
    });
    if (!next.ok) throw new Error(next.error.kind);
    const body = {
      offering: "acme/one",
      quantities: { input_tokens: 1_000_000 },
      idempotencyKey: "one of many",
    };
    expect(await doors.send("POST", "/api/v1/usage", { key: apiKey, body })).toMatchObject({
      body: { amount: "9.95" },
    });
    const answer = await get("/api/v1/contract", apiKey);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        current: {
          contract: contract.label,
          state: "active",
          validUntil: begins.toISOString(),
          terms: { rules: [{ id: "flat", percentBps: 500 }], creditLine: null },
        },
        upcoming: [{ contract: next.value.label, state: "scheduled", validFrom: begins.toISOString() }],
        month: "2026-11-01",
        resetsAt: "2026-12-01T00:00:00.000Z",
        discounts: [
          {
            id: "volume",
            by: "spend",
            counting: true,
            volume: "10.5",
            gross: "10.5",
            given: "0.55",
            discountBps: 1000,
            next: { above: "20", discountBps: 2000, missing: "9.5" },
            below: "5",
            tiers: [
              { above: "5", discountBps: 1000, volume: "5.5", state: "reached" },
              { above: "20", discountBps: 2000, volume: "0", state: "ahead" },
            ],
          },
        ],
      },
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.text).not.toContain("signed");
  });

  test("is of the caller's organization alone; a service names it", async () => {
    const { apiKey } = await doors.payer("without one");
    expect(await get("/api/v1/contract", apiKey)).toMatchObject({
      status: 200,
      body: { current: null, upcoming: [], discounts: [] },
    });
    await agreed("with one");
    const named = { "X-Customer": "with one" };
    expect(await get("/api/v1/contract", apiKey, named)).toMatchObject({ status: 403 });
    expect(await get("/api/v1/contract")).toMatchObject({ status: 401 });
    expect(await get("/api/v1/contract", service)).toMatchObject({ status: 400 });
    expect(await get("/api/v1/contract", service, named)).toMatchObject({
      status: 200,
      body: { current: { state: "active" } },
    });
  });
});
