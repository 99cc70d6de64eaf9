import { recomputeReceipt } from "@ratebook/billing";
import { dollars, expectBooksBalance } from "@ratebook/billing/testing";
import { TRPCClientError } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "./client.ts";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await doors.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "2.5", per: 1_000_000, where: "#/rows/1" },
          { meter: "output_tokens", usd: "10", per: 1_000_000 },
          { meter: "input_tokens", usd: "5", per: 1_000_000, when: { total_input_tokens_above: 200_000 } },
        ],
      },
      {
        provider: "acme",
        model: "calls/a",
        modality: "custom",
        listed: true,
        rates: [{ meter: "page", usd: "0.0003", per: 1, included: "2", minimum: "5", increment: "4" }],
      },
    ],
  });
});

afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

const event = (idempotencyKey: string, more: object = {}) => ({
  provider: "acme",
  model: "chat-1",
  quantities: { input_tokens: 1200, output_tokens: 350 },
  idempotencyKey,
  ...more,
});

describe("POST /api/v1/usage", () => {
  test("debits with the key in a header, answers amounts as text, and replays", async () => {
    const { apiKey } = await doors.payer("rest", "1");
    const { idempotencyKey: _key, ...body } = event("-");
    const headers = { "Idempotency-Key": "a" };
    const first = await doors.send("POST", "/api/v1/usage", { key: apiKey, body, headers });
    expect(first).toMatchObject({
      status: 200,
      body: {
        success: true,
        status: "debited",
        amount: "0.0078",
        balance: "0.9922",
        available: "0.9922",
        lines: [
          {
            meter: "input_tokens",
            quantity: "1200",
            rate: { usd: "2.5", per: 1_000_000 },
            upstream: "0.003",
            markupBps: 2000,
            amount: "0.0036",
          },
          { meter: "output_tokens", amount: "0.0042" },
        ],
      },
    });
    expect(first.headers.get("cache-control")).toBe("no-store");
    const again = await doors.send("POST", "/api/v1/usage", { key: apiKey, body, headers });
    expect(again).toMatchObject({ status: 200, body: { ...first.body, status: "replayed" } });
    const changed = await doors.send("POST", "/api/v1/usage", {
      key: apiKey,
      body: { ...body, quantities: { input_tokens: 1 } },
      headers,
    });
    expect(changed).toMatchObject({ status: 422, body: { success: false, code: "idempotency_conflict" } });
  });

  test("answers 402 at the gate with what is needed and where to top up", async () => {
    const { apiKey } = await doors.payer("gate", "0.005");
    const answer = await doors.send("POST", "/api/v1/usage", {
      key: apiKey,
      body: event("a", { mode: "gate" }),
    });
    expect(answer.status).toBe(402);
    expect(answer.body).toEqual({
      success: false,
      error: "Insufficient credits",
      code: "insufficient_credits",
      required: 0.0078,
      requiredCredits: 0.0078,
      available: 0.005,
      balance: 0.005,
      topUpUrl: "https://ratebook.test/billing",
      retryable: false,
      details: {},
    });
  });

  test("parks with 202 and refuses an unrated gate with 409 and the reason", async () => {
    const { apiKey } = await doors.payer("unrated", "1");
    const unknown = { model: "nowhere" };
    expect(
      await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("a", unknown) }),
    ).toMatchObject({
      status: 202,
      body: {
        success: true,
        status: "parked",
        reason: "unknown_offering",
        message: "This usage has no price yet: the catalogue knows no offering acme/nowhere.",
        amount: "0",
      },
    });
    expect(
      await doors.send("POST", "/api/v1/usage", {
        key: apiKey,
        body: event("b", { ...unknown, mode: "gate" }),
      }),
    ).toMatchObject({
      status: 409,
      body: { success: false, code: "unrated", details: { reason: "unknown_offering" } },
    });
  });

  test("rates and moves nothing in shadow", async () => {
    const { apiKey } = await doors.payer("shadow", "1");
    const headers = { "X-Ratebook-Shadow": "1" };
    expect(
      await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("a"), headers }),
    ).toMatchObject({
      status: 200,
      body: { status: "shadow", amount: "0.0078", balance: "1" },
    });
  });

  test.each([
    ["no key", { idempotencyKey: undefined }, {}, "Idempotency-Key"],
    ["two keys", {}, { "Idempotency-Key": "other" }, "idempotencyKey"],
    ["a key in the header that is too long", {}, { "Idempotency-Key": "k".repeat(256) }, "Idempotency-Key"],
    ["a shadow that is neither on nor off", {}, { "X-Ratebook-Shadow": "yes" }, "X-Ratebook-Shadow"],
    ["a customer of the header that is too long", {}, { "X-Customer": "c".repeat(201) }, "X-Customer"],
    ["a negative quantity", { quantities: { input_tokens: -5 } }, {}, "quantities.input_tokens"],
    ["a fraction of a token", { quantities: { input_tokens: 1.5 } }, {}, "quantities.input_tokens"],
    ["a meter nobody knows", { quantities: { bananas: 1 } }, {}, "quantities.bananas"],
    ["no quantities", { quantities: {} }, {}, "quantities"],
    ["neither usage nor quantities", { quantities: undefined }, {}, "usage"],
    ["no offering", { provider: undefined }, {}, "offering"],
    ["NUL in metadata", { metadata: { note: "a\u0000b" } }, {}, "metadata.note"],
    ["half a surrogate in an agent's id", { agentId: "a\ud800" }, {}, "agentId"],
    ["NUL in a dimension", { dimensions: { region: "e\u0000" } }, {}, "dimensions.region"],
    ["a future instant", { occurredAt: "2031-01-01T00:00:00Z" }, {}, "occurredAt"],
    ["an instant that is none", { occurredAt: "yesterday" }, {}, "occurredAt"],
    ["an unknown field", { amount: 5 }, {}, "amount"],
    [
      "a raw usage that lies",
      {
        quantities: undefined,
        usage: {
          format: "openai",
          raw: { prompt_tokens: 1, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 9 } },
        },
      },
      {},
      "usage.raw.prompt_tokens_details.cached_tokens",
    ],
  ])("answers 400 naming the field for %s", async (name, more, headers, field) => {
    const { apiKey } = await doors.payer(`bad ${name}`, "1");
    const answer = await doors.send("POST", "/api/v1/usage", {
      key: apiKey,
      body: event("a", more),
      headers,
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { success: false, code: "validation_error", details: { field } },
    });
    const balance = await doors.send("GET", "/api/v1/credits/balance", { key: apiKey });
    expect(balance.body).toMatchObject({ balance: 1 });
  });

  test("answers 401 without a key, 403 for another's customer, 404 for one a service key invents", async () => {
    const { apiKey } = await doors.payer("mine", "1");
    await doors.payer("theirs", "1");
    const post = (key: string | undefined, more: object) =>
      doors.send("POST", "/api/v1/usage", { ...(key !== undefined && { key }), body: event("a", more) });
    expect(await post(undefined, {})).toMatchObject({
      status: 401,
      body: { code: "authentication_required" },
    });
    expect(await post(apiKey, { customer: "theirs" })).toMatchObject({
      status: 403,
      body: { code: "access_denied" },
    });
    expect(await post(service, { customer: "invented" })).toMatchObject({
      status: 404,
      body: { code: "resource_not_found" },
    });
    expect(await post(service, {})).toMatchObject({ status: 400, body: { code: "validation_error" } });
    const reader = await doors.keyFor((await doors.payer("reader", "1")).id, ["read"]);
    expect(await post(reader, {})).toMatchObject({ status: 403 });
  });
});

describe("POST /api/v1/usage/batch", () => {
  test("answers every event by its index, whatever is wrong with others", async () => {
    await doors.payer("batch-1", "1");
    await doors.payer("batch-2", "0.001");
    const answer = await doors.send("POST", "/api/v1/usage/batch", {
      key: service,
      headers: { "X-Customer": "batch-1" },
      body: {
        events: [
          event("a"),
          "not an event",
          event("b", { customer: "batch-2", mode: "gate" }),
          event("a", { quantities: { input_tokens: 7 } }),
          event("c", { model: "nowhere" }),
          event("d", { model: "nowhere", mode: "gate" }),
          event("e", { metadata: { "\u0000": 1 } }),
          event("f", { customer: "batch-2" }),
          { ...event("g"), idempotencyKey: undefined },
          event("a"),
        ],
      },
    });
    expect(answer.status).toBe(200);
    const results = answer.body.results;
    expect(results).toMatchObject([
      { index: 0, status: "debited", balance: "0.9922" },
      { index: 1, status: "invalid", code: "validation_error" },
      { index: 2, status: "refused", code: "insufficient_credits", required: 0.0078 },
      { index: 3, status: "conflict", code: "idempotency_conflict" },
      { index: 4, status: "parked", reason: "unknown_offering" },
      { index: 5, status: "unrated", code: "unrated", reason: "unknown_offering" },
      { index: 6, status: "invalid", details: { field: "metadata" } },
      { index: 7, status: "debited", debt: "0.0068" },
      { index: 8, status: "invalid", details: { field: "idempotencyKey" } },
      { index: 9, status: "replayed", amount: "0.0078" },
    ]);
  });

  test("refuses more than 1,000 events, and none", async () => {
    const { apiKey } = await doors.payer("oversized", "1");
    for (const events of [[], Array.from({ length: 1001 }, (_, n) => event(String(n)))]) {
      expect(
        await doors.send("POST", "/api/v1/usage/batch", { key: apiKey, body: { events } }),
      ).toMatchObject({
        status: 400,
        body: { code: "validation_error", details: { field: "events" } },
      });
    }
  });
});

describe("receipts", () => {
  test("recompute to the same nanos from themselves alone, whatever made the price", async () => {
    const { apiKey, id } = await doors.payer("receipts", "20");
    await doors.send("POST", `/api/v1/customers/receipts/grants`, {
      key: service,
      body: { amount: "0.004", reason: "gift", idempotencyKey: "g" },
    });
    const events = [
      event("1", { metadata: { trace: "t-1" } }),
      event("2", { quantities: { input_tokens: 200_001, output_tokens: 3 } }),
      event("3", { billing: "byok" }),
      { offering: "acme/calls/a", quantities: { page: 8 }, idempotencyKey: "4" },
      { offering: "acme/calls/a", quantities: { page: 2 }, idempotencyKey: "5" },
    ];
    const client = createClient({ url: doors.url, apiKey });
    const amounts = [];
    for (const body of events) {
      const debit = await doors.send("POST", "/api/v1/usage", { key: apiKey, body });
      const receipt = await client.billing.receipt.query({ id: String(debit.body.id) });
      expect(recomputeReceipt(receipt)).toMatchObject({ agrees: true, amount: receipt.amount });
      amounts.push(receipt.amount);
    }
    // 200,001 × $5/M × 1.2 = 1.200006; 3 × $10/M × 1.2 = 0.000036. 8 − 2 pages, in fours, are 8: 8 × 0.0003 × 1.2 = 0.00288.
    expect(amounts).toEqual([7_800_000n, 1_200_042_000n, 1_300_000n, 2_880_000n, 0n]);

    const first = await doors.send("POST", "/api/v1/usage", { key: apiKey, body: events[0] });
    const receipt = await doors.send("GET", String(first.body.receipt), { key: apiKey });
    expect(receipt.body).toMatchObject({
      success: true,
      receipt: {
        customerId: id,
        offering: "acme/chat-1",
        pools: { input_tokens: "1200", output_tokens: "350" },
        amount: "0.0078",
        rounding: "half-even, once per line, to 0.000000001 USD",
        versions: { catalogue: 1, policy: 1, contract: null },
        metadata: { trace: "t-1" },
        lines: [
          {
            meter: "input_tokens",
            rate: {
              usd: "2.5",
              per: 1_000_000,
              source: "manual",
              sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
              where: "#/rows/1",
            },
            conditionsMatched: {},
            markup: { rule: { id: "standard", percentBps: 2000 }, decidedBy: "percent" },
            ties: [],
          },
          { meter: "output_tokens" },
        ],
        entry: { kind: "debit", amount: "-0.0078", contra: "revenue:usage" },
      },
    });
  });

  test("of another customer do not exist", async () => {
    const { apiKey } = await doors.payer("receipt-own", "1");
    const other = await doors.payer("receipt-other", "1");
    const debit = await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("only here") });
    const path = String(debit.body.receipt);
    expect(await doors.send("GET", path, { key: other.apiKey })).toMatchObject({ status: 404 });
    expect(await doors.send("GET", path, { key: service })).toMatchObject({ status: 200 });
    expect(
      await doors.send("GET", path, { key: service, headers: { "X-Customer": "receipt-other" } }),
    ).toMatchObject({ status: 404 });
    expect(await doors.send("GET", "/api/v1/receipts/nonsense", { key: apiKey })).toMatchObject({
      status: 400,
    });
  });
});

describe("credits", () => {
  test("the documented summary has every field existing clients read", async () => {
    const { apiKey, id } = await doors.payer("summary", "10");
    await doors.send("POST", "/api/v1/usage", {
      key: apiKey,
      body: event("a", { agentId: "agent-1", appId: "app-1" }),
    });
    await doors.send("POST", "/api/v1/holds", { key: apiKey, body: { amount: "2.5", idempotencyKey: "h" } });
    const { body, text, headers } = await doors.send("GET", "/api/v1/credits/summary", { key: apiKey });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).toContain('"balance":9.9922,');
    expect(body).toMatchObject({
      success: true,
      balance: 9.9922,
      pending: 2.5,
      usage: {
        today: 0.0078,
        thisMonth: 0.0078,
        timeZone: "UTC",
        byAgent: [{ agentId: "agent-1", name: "agent-1", today: 0.0078, thisMonth: 0.0078 }],
        byApp: [{ appId: "app-1" }],
        byModel: [{ model: "acme/chat-1", thisMonth: 0.0078 }],
      },
      organization: {
        id,
        name: "summary",
        creditBalance: 9.9922,
        autoTopUpEnabled: false,
        autoTopUpThreshold: 5,
        autoTopUpAmount: 20,
        hasPaymentMethod: false,
      },
      agents: [
        {
          id: "agent-1",
          hasBudget: false,
          allocated: 0,
          spent: 0.0078,
          available: 0,
          dailyLimit: null,
          dailySpent: 0.0078,
          isPaused: false,
        },
      ],
      agentsSummary: { total: 1 },
      apps: [{ id: "app-1", name: "app-1", slug: "app-1" }],
      appsSummary: { total: 1 },
      earnings: { availableBalance: 0, totalEarned: 0, totalRedeemed: 0, totalPending: 0 },
      pricing: { creditsPerDollar: 1, minimumTopUp: 1, x402Enabled: false },
      recentTransactions: [
        { type: "debit", amount: -0.0078 },
        { type: "credit", amount: 10 },
      ],
    });
  });

  test("an agent's budget and pause are set by the platform, refuse gates with what a program needs, and stand in the summary", async () => {
    const { apiKey } = await doors.payer("agent-budget", "10");
    const put = (body: Record<string, unknown>, key = service) =>
      doors.send("PUT", "/api/v1/agents/agent-1", { key, body: { name: "Agent", ...body, ...ofPayer(key) } });
    const ofPayer = (key: string) => (key === service ? { customer: "agent-budget" } : {});
    const daily = { period: "day", limit: "0.01" };
    expect(await put({ budget: daily }, apiKey)).toMatchObject({ status: 403 });
    expect(await put({ budget: { ...daily, limit: 0 } })).toMatchObject({
      status: 400,
      body: { details: { field: "limit" } },
    });
    expect(await put({ budget: daily })).toMatchObject({ status: 200 });
    const gate = (id: string) =>
      doors.send("POST", "/api/v1/usage", {
        key: apiKey,
        body: event(id, { agentId: "agent-1", mode: "gate" }),
      });
    expect(await gate("a")).toMatchObject({ status: 200 });
    expect(await gate("b")).toMatchObject({
      status: 402,
      body: {
        code: "budget_exceeded",
        error: expect.stringContaining("The daily budget of $0.01 of agent agent-1 has $0.0022 left"),
        retryable: false,
        details: {
          subject: "agent",
          subjectId: "agent-1",
          period: "day",
          limit: "0.01",
          // 0.01 − 0.0078.
          remaining: "0.0022",
          resetsAt: expect.stringMatching(/T00:00:00.000Z$/),
        },
      },
    });
    const summary = async () => (await doors.send("GET", "/api/v1/credits/summary", { key: apiKey })).body;
    expect(await summary()).toMatchObject({
      agents: [
        {
          id: "agent-1",
          hasBudget: true,
          budgetPeriod: "day",
          allocated: 0.01,
          spent: 0.0078,
          available: 0.0022,
          dailyLimit: 0.01,
          dailySpent: 0.0078,
          dailyRemaining: 0.0022,
          isPaused: false,
          pauseReason: null,
        },
      ],
      agentsSummary: { withBudget: 1, paused: 0, totalAllocated: 0.01, totalAvailable: 0.0022 },
    });
    await put({ paused: true, pauseReason: "Out of hand." });
    expect(await gate("c")).toMatchObject({
      status: 402,
      body: { code: "paused", details: { subject: "agent", subjectId: "agent-1", reason: "Out of hand." } },
    });
    expect(await summary()).toMatchObject({
      agents: [{ isPaused: true, pauseReason: "Out of hand." }],
      organization: { isPaused: false, pauseReason: null },
    });
    const organization = { customer: "agent-budget", subject: "organization" } as const;
    await doors.asOperator.budgets.pause({ ...organization, reason: "Unpaid since May." });
    expect(await summary()).toMatchObject({
      organization: { isPaused: true, pauseReason: "Unpaid since May." },
    });
  });

  test("balance answers under both spellings, and what was just debited is in it", async () => {
    const { apiKey } = await doors.payer("balance", "3");
    await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("a") });
    for (const path of ["/api/v1/credits/balance", "/api/credits/balance"]) {
      expect((await doors.send("GET", path, { key: apiKey })).body).toMatchObject({
        balance: 2.9922,
        available: 2.9922,
        pending: 0,
      });
    }
  });

  test("transactions page by key, add up to the balance, and leave holds out unless asked for", async () => {
    const { apiKey, id } = await doors.payer("pages", "1");
    for (const key of ["a", "b", "c"])
      await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event(key) });
    await doors.send("POST", "/api/v1/holds", { key: apiKey, body: { amount: 0.25, idempotencyKey: "h" } });
    const seen = [];
    let cursor = "";
    do {
      const { body } = await doors.send("GET", `/api/v1/credits/transactions?limit=3${cursor}`, {
        key: apiKey,
      });
      expect(body.total).toBe(4);
      seen.push(
        ...(body.transactions as { amount: number; balanceAfter: number; organization_id: string }[]),
      );
      cursor = typeof body.nextCursor === "string" ? `&cursor=${body.nextCursor}` : "";
    } while (cursor !== "");
    expect(seen.map(({ balanceAfter }) => balanceAfter)).toEqual([0.9766, 0.9844, 0.9922, 1]);
    expect(seen.every(({ organization_id }) => organization_id === id)).toBe(true);
    const holds = await doors.send("GET", "/api/credits/transactions?type=hold&hours=24", { key: apiKey });
    expect(holds.body).toMatchObject({
      total: 1,
      transactions: [{ type: "hold", kind: "hold", amount: 0 }],
      period: { hours: 24 },
    });
    expect(await doors.send("GET", "/api/credits/transactions?limit=0", { key: apiKey })).toMatchObject({
      status: 400,
    });
    expect(await doors.send("GET", "/api/credits/transactions?cursor=x", { key: apiKey })).toMatchObject({
      status: 400,
    });
  });

  test("usage adds up by day, model and agent, pages, and lists events", async () => {
    const { apiKey } = await doors.payer("totals", "1");
    await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("a", { agentId: "x" }) });
    await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("b", { agentId: "y" }) });
    await doors.send("POST", "/api/v1/usage", { key: apiKey, body: event("c") });
    const get = (query: string) => doors.send("GET", `/api/v1/usage?${query}`, { key: apiKey });
    expect((await get("")).body).toMatchObject({
      groupBy: "day",
      usage: [{ key: "2026-11-22", events: 3, amount: "0.0234", upstream: "0.0195" }],
    });
    expect((await get("groupBy=model")).body).toMatchObject({ usage: [{ key: "acme/chat-1", events: 3 }] });
    const page = await get("groupBy=agent&limit=2");
    expect(page.body).toMatchObject({ usage: [{ key: null, events: 1 }, { key: "x" }] });
    expect((await get(`groupBy=agent&limit=2&cursor=${String(page.body.nextCursor)}`)).body).toMatchObject({
      usage: [{ key: "y", amount: "0.0078" }],
      nextCursor: null,
    });
    expect((await get("groupBy=event&limit=1")).body).toMatchObject({
      usage: [{ offering: "acme/chat-1", quantities: { input_tokens: "1200" } }],
    });
    expect(await get("groupBy=event&cursor=bm9uc2Vuc2U")).toMatchObject({
      status: 400,
      body: { details: { field: "cursor" } },
    });
    for (const [query, field] of [
      ["from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", "from"],
      ["groupBy=model&groupby=day", "groupby"],
      ["groupBy=model&groupBy=day", "groupBy"],
    ] as const) {
      expect(await get(query)).toMatchObject({ status: 400, body: { details: { field } } });
    }
  });
});

describe("holds over REST", () => {
  test("place, list, extend, settle and release answer as documented", async () => {
    const { apiKey } = await doors.payer("rest-holds", "10");
    const placed = await doors.send("POST", "/api/v1/holds", {
      key: apiKey,
      headers: { "Idempotency-Key": "h" },
      body: { provider: "acme", model: "chat-1", quantities: { output_tokens: 100_000 }, ttlSeconds: 60 },
    });
    expect(placed).toMatchObject({
      status: 201,
      body: { amount: "1.2", available: "8.8", expiresAt: "2026-11-22T00:01:00.000Z" },
    });
    const id = String(placed.body.holdId);
    expect((await doors.send("GET", "/api/v1/holds", { key: apiKey })).body).toMatchObject({
      holds: [{ holdId: id, amount: "1.2", state: "open", offering: "acme/chat-1" }],
      nextCursor: null,
    });
    expect(
      await doors.send("POST", `/api/v1/holds/${id}/extend`, { key: apiKey, body: { ttlSeconds: 600 } }),
    ).toMatchObject({ status: 200, body: { expiresAt: "2026-11-22T00:10:00.000Z" } });
    expect(
      await doors.send("POST", `/api/v1/holds/${id}/settle`, {
        key: apiKey,
        body: { outcome: "completed", quantities: { output_tokens: 50_000 } },
      }),
    ).toMatchObject({
      status: 200,
      body: { holdId: id, amount: "0.6", available: "9.4" },
    });
    expect(await doors.send("POST", `/api/v1/holds/${id}/release`, { key: apiKey })).toMatchObject({
      status: 409,
      body: { code: "hold_not_open", details: { state: "settled" } },
    });
    const unknown = "0190a0c0-0000-7000-8000-000000000001";
    expect(await doors.send("POST", `/api/v1/holds/${unknown}/release`, { key: apiKey })).toMatchObject({
      status: 404,
    });
    expect(
      await doors.send("POST", `/api/v1/holds`, {
        key: apiKey,
        body: { amount: "1e3", idempotencyKey: "x" },
      }),
    ).toMatchObject({ status: 400, body: { details: { field: "amount" } } });
    expect(
      await doors.send("POST", `/api/v1/holds`, {
        key: apiKey,
        body: { amount: 0.0000000001, idempotencyKey: "x" },
      }),
    ).toMatchObject({ status: 400, body: { details: { field: "amount" } } });
  });
});

describe("customers over REST", () => {
  const put = (id: string, body: object) =>
    doors.send("PUT", `/api/v1/customers/${id}`, { key: service, body });

  test("are created and brought up to date by the platform's id; repeating it changes nothing", async () => {
    const made = await put("kept", { name: "Kept", email: "a@kept.example" });
    expect(made).toMatchObject({ status: 201, body: { customer: { externalId: "kept", name: "Kept" } } });
    expect(await put("kept", { name: "Kept", email: "a@kept.example" })).toMatchObject({
      status: 200,
      body: { customer: made.body.customer },
    });
    expect(await put("kept", { name: "Kept Ltd" })).toMatchObject({
      status: 200,
      body: { customer: { name: "Kept Ltd", email: "a@kept.example" } },
    });
  });

  test("are named by our own id as well, however it is spelled; no second one hides behind it", async () => {
    const { id } = await doors.payer("ours", "3");
    expect(await put(id.toUpperCase(), { name: "Renamed" })).toMatchObject({
      status: 200,
      body: { customer: { id, externalId: "ours", name: "Renamed" } },
    });
    expect(await doors.send("GET", `/api/v1/customers/${id}`, { key: service })).toMatchObject({
      status: 200,
      body: { customer: { id, name: "Renamed", balance: "3" } },
    });
    const others = await doors.database.sql`select id from ratebook.customer where name = 'Renamed'`;
    expect([...others]).toEqual([{ id }]);
  });

  test("are refused with a sentence a person reads, whichever part is wrong", async () => {
    expect(await put("wrong", {})).toMatchObject({ status: 400, body: { error: "name: is required" } });
    expect(
      await doors.send("GET", "/api/v1/credits/balance", { key: service, headers: { "X-Customer": "" } }),
    ).toMatchObject({ status: 400, body: { error: "X-Customer: must not be empty" } });
    expect(
      await doors.send("POST", "/api/v1/usage/batch", { key: service, body: { events: [{ customer: 7 }] } }),
    ).toMatchObject({ status: 200, body: { results: [{ error: "customer: must be text" }] } });
  });
});

describe("grants over REST", () => {
  test("a service key grants once to the customer it just created; nobody grants purchased money", async () => {
    await doors.send("PUT", "/api/v1/customers/fresh", { key: service, body: { name: "Fresh Inc." } });
    const grant = (body: object) =>
      doors.send("POST", "/api/v1/customers/fresh/grants", {
        key: service,
        headers: { "Idempotency-Key": "g" },
        body,
      });
    expect(await grant({ amount: "5.00", reason: "Welcome", category: "promotional" })).toMatchObject({
      status: 201,
      body: { balance: "5", status: "granted" },
    });
    expect(await grant({ amount: 5, reason: "Welcome", category: "promotional" })).toMatchObject({
      status: 200,
      body: { balance: "5", status: "replayed" },
    });
    expect(await grant({ amount: 5, reason: "Sold", category: "purchased" })).toMatchObject({
      status: 400,
      body: { details: { field: "category" } },
    });
    const debit = await doors.send("POST", "/api/v1/usage", {
      key: service,
      headers: { "X-Customer": "fresh" },
      body: event("a"),
    });
    expect(debit).toMatchObject({ status: 200, body: { status: "debited", balance: "4.9922" } });
  });
});

describe("the typed client", () => {
  test("a wrong field is told in a sentence that names it, not as a dump", async () => {
    const { apiKey } = await doors.payer("typed-wrong", "1");
    const client = createClient({ url: doors.url, apiKey });
    const wrong = client.billing.hold.mutate({ amount: 1n, ttlSeconds: -5, idempotencyKey: "h" });
    await expect(wrong).rejects.toThrow(/^ttlSeconds: /);
  });

  test("debits with bigints and gets bigints back", async () => {
    const { apiKey } = await doors.payer("typed", "1");
    const client = createClient({ url: doors.url, apiKey });
    const debit = await client.billing.debit.mutate({
      offering: "acme/chat-1",
      quantities: { input_tokens: 1200n, output_tokens: 350n },
      occurredAt: doors.ctx.clock(),
      idempotencyKey: "a",
    });
    expect(debit).toMatchObject({ status: "debited", amount: 7_800_000n, balance: 992_200_000n });
    expect(await client.billing.balance.query({})).toMatchObject({
      balance: 992_200_000n,
      debtCap: dollars("10"),
      status: "active",
    });
    const hold = await client.billing.hold.mutate({ amount: 500_000_000n, idempotencyKey: "h" });
    expect(hold).toMatchObject({ available: 492_200_000n });
    const grants = await client.billing.grants.query({});
    expect(grants).toMatchObject([
      { amount: dollars("1"), remaining: 992_200_000n, category: "purchased", expiresAt: null },
    ]);
  });

  test("tells a refusal with the same code as REST, and never crosses customers", async () => {
    const { apiKey } = await doors.payer("typed-2", "0.001");
    const other = await doors.payer("typed-3", "1");
    const client = createClient({ url: doors.url, apiKey });
    const refused = client.billing.debit.mutate({ ...event("a"), mode: "gate" });
    await expect(refused).rejects.toSatisfy(
      (error) =>
        error instanceof TRPCClientError &&
        error.data.httpStatus === 402 &&
        error.data.failure.code === "insufficient_credits",
    );
    for (const read of [
      client.billing.balance.query({ customer: other.id }),
      client.billing.transactions.query({ customer: other.id, limit: 5 }),
      client.billing.summary.query({ customer: "typed-3" }),
      client.billing.grants.query({ customer: other.id }),
      client.billing.holds.query({ customer: other.id }),
      client.billing.usage.query({ customer: other.id }),
      client.billing.parked.query({ customer: other.id }),
    ]) {
      await expect(read).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
    }
    await expect(client.billing.rateParked.mutate({ dryRun: true })).rejects.toMatchObject({
      data: { code: "FORBIDDEN" },
    });
  });
});

describe("a ledger that cannot answer", () => {
  test("fails closed with 503 and Retry-After, for one event and for a batch", async () => {
    const down = await billingDoors();
    const { apiKey } = await down.payer("down", "1");
    await down.ctx.ledger.close();
    const body = event("a", { quantities: { input_tokens: 1 } });
    for (const [path, sent] of [
      ["/api/v1/usage", { ...body, offering: "acme/x" }],
      ["/api/v1/usage/batch", { events: [body, "no event"] }],
      ["/api/v1/holds", { amount: 0.5, idempotencyKey: "h" }],
    ] as const) {
      const answer = await down.send("POST", path, { key: apiKey, body: sent });
      expect(answer).toMatchObject({
        status: 503,
        body: { success: false, code: "service_unavailable", retryAfter: 1 },
      });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    const entries = await down.database
      .sql`select count(*)::int as n from ratebook.entry where kind <> 'grant'`;
    expect(entries[0]?.n).toBe(0);
    await expectBooksBalance(down.database.sql);
    await down.close();
  });
});

describe("GET /api/analytics", () => {
  test("overview and export agree with the balance that was spent, and name a bad field", async () => {
    const { apiKey } = await doors.payer("analyst", "1");
    // 1,200 × 2.5 + 350 × 10 a million are 0.0065 at list, 0.0078 sold.
    for (const key of ["a-1", "a-2"]) {
      await doors.send("POST", "/api/v1/usage", {
        key: apiKey,
        body: event(key, { agentId: "=1+1", metadata: { tag: "blue" } }),
      });
    }
    const overview = await doors.send("GET", "/api/analytics/overview?timeRange=weekly", { key: apiKey });
    expect(overview.text).toContain('"totalCost":0.0156');
    expect(overview.body).toMatchObject({
      success: true,
      data: {
        totalRequests: 2,
        successfulRequests: 2,
        failedRequests: 0,
        successRate: 100,
        avgCostPerRequest: 0.0078,
        avgTokensPerRequest: 1550,
        totalTokens: 3100,
        // 0.0156 by seven.
        dailyBurn: 0.002228571,
      },
    });
    const csv = await fetch(new URL("/api/analytics/export?type=agents", doors.url), {
      headers: { "x-api-key": apiKey },
    });
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(csv.headers.get("content-disposition")).toMatch(/^attachment; filename="usage-agent-.*\.csv"$/);
    const lines = (await csv.text()).trimEnd().split("\r\n");
    expect(lines).toEqual([
      "agent,name,requests,failed,parked,bills,tokens,amount_usd,corrected_usd",
      "'=1+1,'=1+1,2,0,0,0,3100,0.0156,0",
      expect.stringMatching(/^Total per ledger as of \S+Z,,,,,,,0\.0156,$/),
    ]);
    const json = await doors.send("GET", "/api/analytics/export?format=json&type=events&tag=blue", {
      key: apiKey,
    });
    expect(json.body).toMatchObject({ total: { perLedger: "0.0156" } });
    expect(json.body["rows"]).toHaveLength(2);
    for (const [query, field] of [
      ["type=cats", "type"],
      ["startDate=yesterday", "startDate"],
      ["startDate=2026-11-20&endDate=2026-11-10", "startDate"],
      ["startDate=2026-11-20T00:01:00Z", "startDate"],
      ["granularity=hour&startDate=2020-01-01", "granularity"],
    ]) {
      expect(await doors.send("GET", `/api/analytics/export?${query}`, { key: apiKey })).toMatchObject({
        status: 400,
        body: { code: "validation_error", details: { field } },
      });
    }
    expect(
      await doors.send("GET", "/api/analytics/export", {
        key: apiKey,
        headers: { "x-customer": "somebody" },
      }),
    ).toMatchObject({ status: 403 });
  });
});
