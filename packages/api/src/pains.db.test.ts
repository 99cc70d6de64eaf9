import {
  noticeFall,
  recomputeReceipt,
  rollUsage,
  takeOutbox,
  watchAlerts,
  watchRunways,
} from "@ratebook/billing";
import { dollars, expectBooksBalance } from "@ratebook/billing/testing";
import { inTransaction } from "@ratebook/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "./client.ts";
import { type Answer, type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

// What users of other systems of this kind complain about. Numbers in names are issues of public trackers.

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await doors.sell({
    offerings: [
      {
        provider: "openai",
        model: "gpt-test",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "2", per: 1_000_000 },
          { meter: "cache_read_tokens", usd: "0.5", per: 1_000_000 },
          { meter: "output_tokens", usd: "10", per: 1_000_000 },
          { meter: "web_search", usd: "10", per: 1000 },
        ],
      },
      {
        provider: "anthropic",
        model: "claude-test",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "3", per: 1_000_000 },
          { meter: "cache_read_tokens", usd: "0.3", per: 1_000_000 },
          { meter: "cache_write_tokens", usd: "3.75", per: 1_000_000 },
          { meter: "output_tokens", usd: "15", per: 1_000_000 },
        ],
      },
      {
        provider: "openai",
        model: "embed-test",
        modality: "embedding",
        listed: true,
        rates: [{ meter: "input_tokens", usd: "0.02", per: 1_000_000 }],
      },
    ],
  });
});

afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

type Event = Record<string, unknown>;
const usage = (key: string, body: Event): Promise<Answer> =>
  doors.send("POST", "/api/v1/usage", { key, body });
const balance = async (key: string): Promise<Record<string, unknown>> =>
  (await doors.send("GET", "/api/v1/credits/balance", { key })).body;

/** 100,000 output tokens: 100,000 × $10/M × 1.2 = $1.20. */
const DOLLAR_TWENTY = { offering: "openai/gpt-test", quantities: { output_tokens: 100_000 } };

/** Containers at so much a day, their deployment at 0.50. */
const sellContainers = (usd: string): Promise<void> =>
  doors.sell({
    offerings: (
      [
        ["container", "container_day", usd],
        ["deployment", "container_deployment", "0.50"],
      ] as const
    ).map(([name, meter, price]) => ({
      provider: "ratebook",
      model: name,
      modality: "infrastructure" as const,
      listed: true,
      rates: [{ meter, usd: price, per: 1 }],
    })),
  });

const count = <T>(values: readonly T[], of: T): number => values.filter((value) => value === of).length;

/** One row a pain: its number, the pain, and the proof that it cannot happen here. */
const pains: [number, string, () => Promise<void>][] = [
  [
    1,
    "concurrent overspend (new-api#5690, #6609): of 200 parallel debits on credits for 100, exactly 100 pass",
    async () => {
      const { apiKey } = await doors.payer("pain 1", "120");
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          usage(apiKey, { ...DOLLAR_TWENTY, mode: "gate", idempotencyKey: `g-${n}` }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect([count(statuses, 200), count(statuses, 402)]).toEqual([100, 100]);
      expect(await balance(apiKey)).toMatchObject({ balance: 0, available: 0, debt: 0 });
    },
  ],
  [
    1,
    "concurrent overspend by holds: of 50 parallel holds on credits for 10, exactly 10 stand",
    async () => {
      const { apiKey } = await doors.payer("pain 1 holds", "12");
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          doors.send("POST", "/api/v1/holds", {
            key: apiKey,
            body: { amount: "1.2", idempotencyKey: `h-${n}` },
          }),
        ),
      );
      expect(
        count(
          answers.map(({ status }) => status),
          201,
        ),
      ).toBe(10);
      expect(await balance(apiKey)).toMatchObject({ balance: 12, available: 0, pending: 12 });
    },
  ],
  [
    2,
    "duplicate debit on retry (eliza#8273, ComfyUI#16204): one key, 20 attempts at once, one debit",
    async () => {
      const { apiKey } = await doors.payer("pain 2", "10");
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: "same" })),
      );
      const statuses = answers.map(({ body }) => body.status);
      expect([count(statuses, "debited"), count(statuses, "replayed")]).toEqual([1, 19]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(await balance(apiKey)).toMatchObject({ balance: 8.8 });
      const other = await usage(apiKey, {
        ...DOLLAR_TWENTY,
        quantities: { output_tokens: 1 },
        idempotencyKey: "same",
      });
      expect(other).toMatchObject({ status: 422, body: { code: "idempotency_conflict" } });
    },
  ],
  [
    2,
    "a retry after a price change is a replay at the first price",
    async () => {
      const { apiKey } = await doors.payer("pain 2 prices", "10");
      const sell = (usd: string) =>
        doors.sell({
          offerings: [
            {
              provider: "openai",
              model: "moving",
              modality: "language",
              listed: true,
              rates: [{ meter: "output_tokens", usd, per: 1_000_000 }],
            },
          ],
        });
      const event = { ...DOLLAR_TWENTY, offering: "openai/moving", idempotencyKey: "k" };
      await sell("10");
      const first = await usage(apiKey, event);
      await sell("15");
      expect(await usage(apiKey, event)).toMatchObject({ body: { ...first.body, status: "replayed" } });
      expect(await balance(apiKey)).toMatchObject({ balance: 8.8 });
    },
  ],
  [
    2,
    "a key reused after its debit was given back gives no free work (trycompai#3401)",
    async () => {
      const { apiKey, id } = await doors.payer("pain 2 reversed", "10");
      const event = { ...DOLLAR_TWENTY, idempotencyKey: "k" };
      const debit = await usage(apiKey, event);
      await doors.giveBack(id, String(debit.body.id), "1.2");
      expect(await usage(apiKey, event)).toMatchObject({ status: 409, body: { code: "operation_reversed" } });
      expect(await usage(apiKey, { ...event, idempotencyKey: "new" })).toMatchObject({
        body: { status: "debited" },
      });
    },
  ],
  [
    7,
    "streaming aborts (new-api#5235, #5288, eliza#9904): each ending costs what the policy says, once, and a receipt says so",
    async () => {
      const { apiKey } = await doors.payer("pain 7", "100");
      const endings = [
        ["completed", "0.6"],
        ["client_aborted", "0.6"],
        ["incomplete", "0.6"],
        ["timeout", "0.6"],
        ["upstream_error", "0"],
        ["no_usage", "0"],
      ];
      for (const [outcome, amount] of endings) {
        const hold = await doors.send("POST", "/api/v1/holds", {
          key: apiKey,
          body: { ...DOLLAR_TWENTY, idempotencyKey: outcome },
        });
        const path = `/api/v1/holds/${String(hold.body.holdId)}/settle`;
        const body = { outcome, quantities: { output_tokens: 50_000 } };
        const settled = await doors.send("POST", path, { key: apiKey, body });
        expect(settled).toMatchObject({ status: 200, body: { status: "debited", amount } });
        expect(await doors.send("POST", path, { key: apiKey, body })).toMatchObject({
          body: { status: "replayed", amount },
        });
        const receipt = await doors.send("GET", String(settled.body.receipt), { key: apiKey });
        expect(receipt.body).toMatchObject({ receipt: { outcome, amount } });
        expect(receipt.text).toContain(`"policy":"${amount === "0" ? "nothing" : "reported"}"`);
      }
      expect(await balance(apiKey)).toMatchObject({ balance: 97.6, pending: 0 });
    },
  ],
  [
    7,
    "a call nobody settles frees its hold by itself, and a late settle is billed (litellm#36008)",
    async () => {
      const { apiKey } = await doors.payer("pain 7 late", "10");
      const hold = await doors.send("POST", "/api/v1/holds", {
        key: apiKey,
        body: { ...DOLLAR_TWENTY, ttlSeconds: 60, idempotencyKey: "h" },
      });
      doors.prices.advance(61_000);
      expect(await balance(apiKey)).toMatchObject({ available: 10, pending: 0 });
      const settled = await doors.send("POST", `/api/v1/holds/${String(hold.body.holdId)}/settle`, {
        key: apiKey,
        body: { outcome: "completed", quantities: { output_tokens: 100_000 } },
      });
      expect(settled).toMatchObject({ status: 200, body: { late: true, amount: "1.2", available: "8.8" } });
    },
  ],
  [
    8,
    "overage at settle: what exceeds the hold is visible debt, never swallowed",
    async () => {
      const { apiKey } = await doors.payer("pain 8", "2");
      const hold = await doors.send("POST", "/api/v1/holds", {
        key: apiKey,
        body: { ...DOLLAR_TWENTY, idempotencyKey: "h" },
      });
      const settled = await doors.send("POST", `/api/v1/holds/${String(hold.body.holdId)}/settle`, {
        key: apiKey,
        body: { outcome: "completed", quantities: { output_tokens: 300_000 } },
      });
      expect(settled.body).toMatchObject({ amount: "3.6", debtIncurred: "1.6", debt: "1.6", balance: "0" });
      expect(await balance(apiKey)).toMatchObject({ balance: 0, debt: 1.6 });
      const next = await doors.send("POST", "/api/v1/holds", {
        key: apiKey,
        body: { amount: "0.01", idempotencyKey: "n" },
      });
      expect(next).toMatchObject({
        status: 402,
        body: { code: "debt_outstanding", debt: 1.6, retryable: false },
      });
    },
  ],
  [
    9,
    "cached tokens billed twice or free (litellm#9812, #14849, new-api#5756): OpenAI's input includes them, Anthropic's does not",
    async () => {
      const { apiKey } = await doors.payer("pain 9", "10");
      const openai = await usage(apiKey, {
        offering: "openai/gpt-test",
        usage: {
          format: "openai",
          raw: {
            prompt_tokens: 10_000,
            completion_tokens: 1000,
            total_tokens: 11_000,
            prompt_tokens_details: { cached_tokens: 8000 },
            completion_tokens_details: { reasoning_tokens: 400 },
          },
        },
        idempotencyKey: "1",
      });
      // 2,000 × $2/M + 8,000 × $0.50/M + 600 × $10/M + 400 × $10/M = 0.004 + 0.004 + 0.01; × 1.2.
      expect(openai.body).toMatchObject({ status: "debited", amount: "0.0216" });
      expect(openai.body.lines).toMatchObject([
        { meter: "input_tokens", quantity: "2000" },
        { meter: "cache_read_tokens", quantity: "8000" },
        { meter: "output_tokens", quantity: "600" },
        { meter: "reasoning_tokens", quantity: "400" },
      ]);
      const anthropic = await usage(apiKey, {
        offering: "anthropic/claude-test",
        usage: {
          format: "anthropic",
          raw: {
            input_tokens: 2000,
            cache_read_input_tokens: 8000,
            cache_creation_input_tokens: 1000,
            output_tokens: 1000,
          },
        },
        idempotencyKey: "2",
      });
      // 0.006 + 0.0024 + 0.00375 + 0.015 = 0.02715; × 1.2.
      expect(anthropic.body).toMatchObject({ status: "debited", amount: "0.03258" });
    },
  ],
  [
    9,
    "negative pools (new-api#5005): more cached than read is refused by name",
    async () => {
      const { apiKey } = await doors.payer("pain 9 negative", "10");
      const raw = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } };
      const answer = await usage(apiKey, {
        offering: "openai/gpt-test",
        usage: { format: "openai", raw },
        idempotencyKey: "1",
      });
      expect(answer).toMatchObject({ status: 400, body: { code: "validation_error" } });
      expect(answer.text).toContain("cached_tokens");
    },
  ],
  [
    10,
    "zero price by accident (litellm#20228, #36914, new-api#5441): an unpriced pool is refused or parked, then rated once",
    async () => {
      const { apiKey } = await doors.payer("pain 10", "10");
      const event = {
        offering: "openai/gpt-test",
        quantities: { input_tokens: 1000, audio_input_tokens: 1000 },
      };
      const gated = await usage(apiKey, { ...event, mode: "gate", idempotencyKey: "g" });
      expect(gated).toMatchObject({
        status: 409,
        body: { code: "unrated", details: { reason: "unpriced_meter", meter: "audio_input_tokens" } },
      });
      expect(await usage(apiKey, { ...event, idempotencyKey: "r" })).toMatchObject({
        status: 202,
        body: { status: "parked", amount: "0" },
      });
      const fresh = {
        offering: "openai/day-zero",
        quantities: { input_tokens: 1_000_000 },
        idempotencyKey: "f",
      };
      expect(await usage(apiKey, fresh)).toMatchObject({ status: 202, body: { reason: "unknown_offering" } });
      await doors.sell({
        offerings: [
          {
            provider: "openai",
            model: "day-zero",
            modality: "language",
            listed: true,
            rates: [{ meter: "input_tokens", usd: "2", per: 1_000_000 }],
          },
        ],
      });
      const rate = () => doors.asOperator.billing.rateParked({ dryRun: false, offering: "openai/day-zero" });
      expect(await rate()).toMatchObject({ rated: 1, amount: dollars("2.4") });
      expect(await rate()).toMatchObject({ looked: 0, rated: 0 });
      expect(await balance(apiKey)).toMatchObject({ balance: 7.6 });
    },
  ],
  [
    10,
    "a price of 0 cannot be published without saying that it is free",
    async () => {
      const zero = doors.sell({
        offerings: [
          {
            provider: "openai",
            model: "zero",
            modality: "language",
            listed: true,
            rates: [{ meter: "input_tokens", usd: "0", per: 1 }],
          },
        ],
      });
      await expect(zero).rejects.toThrow("zero");
    },
  ],
  [
    14,
    "sub-cent rounding (lago-api#4633): 8 embedding tokens are not free, and a thousand tiny debits add up exactly",
    async () => {
      const { apiKey, id } = await doors.payer("pain 14", "1");
      const tiny = { offering: "openai/embed-test", quantities: { input_tokens: 8 } };
      // 8 × $0.02/M × 1.2 = 0.000000192.
      expect(await usage(apiKey, { ...tiny, idempotencyKey: "one" })).toMatchObject({
        body: { amount: "0.000000192" },
      });
      const events = Array.from({ length: 999 }, (_, n) => ({ ...tiny, idempotencyKey: `n-${n}` }));
      await doors.send("POST", "/api/v1/usage/batch", { key: apiKey, body: { events } });
      const [row] = await doors.database.sql<{ lines: bigint; entries: bigint; balance: bigint }[]>`
        select (select sum((line->>'amount')::int8) from ratebook.usage_event u, json_array_elements(u.lines) line
            where u.account_id = ${id})::int8 as lines,
          (select -sum(amount) from ratebook.entry where account_id = ${id} and kind = 'debit')::int8 as entries,
          (select balance from ratebook.wallet where account_id = ${id}) as balance`;
      expect(row).toEqual({ lines: 192_000n, entries: 192_000n, balance: 999_808_000n });
    },
  ],
  [
    15,
    "price shown is not price charged: page, quote and debit name one version and one price",
    async () => {
      const { apiKey } = await doors.payer("pain 15", "10");
      const page = await doors.send("GET", "/api/v1/pricing/models/openai/embed-test");
      const asked = { offering: "openai/embed-test", quantities: { input_tokens: 1_000_000 } };
      const quote = await doors.send("POST", "/api/v1/pricing/quote", { key: apiKey, body: asked });
      const debit = await usage(apiKey, { ...asked, idempotencyKey: "1" });
      const { catalogueVersion, policyVersion, amount, lines } = debit.body;
      expect(quote.body).toMatchObject({ catalogueVersion, policyVersion, amount, lines });
      expect(amount).toBe("0.024");
      expect(page.status).toBe(200);
      expect(page.body).toMatchObject({
        model: { catalogueVersion, policyVersion, rates: [{ sellPrice: "0.024", per: 1_000_000 }] },
      });
    },
  ],
  [
    15,
    "a quoted price holds for the debit that names it, whatever is published in between (bike4mind#1297)",
    async () => {
      const { apiKey } = await doors.payer("pain 15 quote", "10");
      const sell = (usd: string) =>
        doors.sell({
          offerings: [
            {
              provider: "openai",
              model: "quoted",
              modality: "language",
              listed: true,
              rates: [{ meter: "input_tokens", usd, per: 1_000_000 }],
            },
          ],
        });
      await sell("1");
      const asked = { offering: "openai/quoted", quantities: { input_tokens: 1_000_000 } };
      const { body } = await doors.send("POST", "/api/v1/pricing/quote", { key: apiKey, body: asked });
      doors.prices.advance(1000);
      await sell("1.8");
      expect(await usage(apiKey, { ...asked, quoteId: body.quoteId, idempotencyKey: "q" })).toMatchObject({
        body: { amount: body.amount },
      });
      expect(await usage(apiKey, { ...asked, idempotencyKey: "now" })).toMatchObject({
        body: { amount: "2.16" },
      });
    },
  ],
  [
    15,
    "ghost prices of containers: page, quota, list and the fee taken say the same, and what is not on sale is not deployed",
    async () => {
      const { apiKey } = await doors.payer("pain 15 containers", "10");
      await sellContainers("0.67");
      const page = await doors.send("GET", "/api/v1/pricing/models/ratebook/container");
      const quota = await doors.send("GET", "/api/v1/containers/quota", { key: apiKey });
      const made = await doors.send("POST", "/api/v1/containers", { key: apiKey, body: { name: "agent" } });
      const id = String(Object(made.body.data).id);
      const running = await doors.send("PATCH", `/api/v1/containers/${id}`, {
        key: service,
        body: { status: "running" },
      });
      expect(page.body).toMatchObject({ model: { rates: [{ sellPrice: "0.67", per: 1 }] } });
      expect(quota.body).toMatchObject({ pricing: { deployment: 0.5, perDay: 0.67 } });
      expect(made.body).toMatchObject({ creditsDeducted: 0.5, creditsRemaining: 9.5 });
      expect(running.body).toMatchObject({ data: { daily_cost: 0.67 } });
      await doors.asOperator.catalog.setListed({
        offering: "ratebook/deployment",
        listed: false,
        reason: "not sold",
      });
      expect(
        await doors.send("POST", "/api/v1/containers", { key: apiKey, body: { name: "free" } }),
      ).toMatchObject({ status: 409, body: { code: "unrated" } });
      expect(await balance(apiKey)).toMatchObject({ balance: 9.5 });
      await doors.asOperator.catalog.setListed({
        offering: "ratebook/deployment",
        listed: true,
        reason: "sold",
      });
    },
  ],
  [
    16,
    "where did my credits go: a container's bill has a receipt that recomputes, with the day and the seconds it ran",
    async () => {
      const { apiKey } = await doors.payer("pain 16 containers", "10");
      await sellContainers("0.67");
      const made = await doors.send("POST", "/api/v1/containers", { key: apiKey, body: { name: "agent" } });
      const path = `/api/v1/containers/${String(Object(made.body.data).id)}`;
      await doors.send("PATCH", path, { key: service, body: { status: "running" } });
      doors.prices.advance(2 * 3_600_000);
      const deleted = await doors.send("DELETE", path, { key: apiKey });
      // 2/24 of a day, 0.083333333, × 0.67
      expect(deleted.body).toMatchObject({ finalBill: 0.055833333 });
      const { body } = await doors.send("GET", path, { key: apiKey });
      const bills = Array.isArray(body.bills) ? body.bills : [];
      expect(bills).toMatchObject([{ state: "billed", amount: 0.055833333 }]);
      const client = createClient({ url: doors.url, apiKey });
      const receipt = await client.billing.receipt.query({
        id: String(bills[0].receipt).split("/").at(-1) ?? "",
      });
      expect(recomputeReceipt(receipt)).toMatchObject({ agrees: true, amount: 55_833_333n });
      expect(receipt).toMatchObject({
        offering: "ratebook/container",
        metadata: { resource: "agent", kind: "container", day: bills[0].day, secondsRun: 7200 },
      });
      // 10 − 0.50 − the bill
      expect(await balance(apiKey)).toMatchObject({ balance: 9.444166667 });
    },
  ],
  [
    16,
    "where did my credits go: the receipt recomputes, names the grants that paid, and the list foots to the balance",
    async () => {
      const { apiKey, id } = await doors.payer("pain 16", "5");
      await doors.send("POST", "/api/v1/customers/pain%2016/grants", {
        key: service,
        body: { amount: "1", reason: "Welcome", idempotencyKey: "g" },
      });
      const debit = await usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: "1" });
      // The next grant makes the ledger say which grants paid for what came before it.
      await doors.fund(id, "1");
      const client = createClient({ url: doors.url, apiKey });
      const receipt = await client.billing.receipt.query({ id: String(debit.body.id) });
      expect(recomputeReceipt(receipt)).toMatchObject({ agrees: true, amount: dollars("1.2") });
      expect(receipt.paidBy).toMatchObject([
        { category: "promotional", source: "Welcome", amount: dollars("1") },
        { category: "purchased", amount: dollars("0.2") },
      ]);
      expect(receipt.provisional).toBe(0n);
      const { items, total } = await client.billing.transactions.query({ limit: 50 });
      expect(total).toBe(4);
      expect(items.reduce((sum, { amount }) => sum + amount, 0n)).toBe(dollars("5.8"));
      expect(items[0]?.balanceAfter).toBe(dollars("5.8"));
    },
  ],
  [
    17,
    "balance lag: a balance read after a debit or a hold has it in, with pending beside available",
    async () => {
      const { apiKey } = await doors.payer("pain 17", "10");
      for (let n = 1; n <= 3; n += 1) {
        const debit = await usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: `d-${n}` });
        expect(await balance(apiKey)).toMatchObject({ balance: Number(debit.body.balance), pending: 0 });
      }
      const hold = await doors.send("POST", "/api/v1/holds", {
        key: apiKey,
        body: { amount: "2", idempotencyKey: "h" },
      });
      expect(hold.body).toMatchObject({ available: "4.4" });
      expect(await balance(apiKey)).toMatchObject({ balance: 6.4, available: 4.4, pending: 2 });
    },
  ],
  [
    17,
    "a stale balance: credits bought while a shutdown is announced are in the next answer, and no later bill writes over them",
    async () => {
      const { apiKey, id: customer } = await doors.payer("pain 17 containers", "1");
      await sellContainers("0.67");
      const made = await doors.send("POST", "/api/v1/containers", { key: apiKey, body: { name: "agent" } });
      const path = `/api/v1/containers/${String(Object(made.body.data).id)}`;
      await doors.send("PATCH", path, { key: service, body: { status: "running" } });
      await watchRunways(doors.ctx);
      // 0.50 is less than two days of 0.67.
      expect((await doors.send("GET", path, { key: apiKey })).body).toMatchObject({
        data: { billing_status: "warning" },
      });
      doors.prices.advance(1_000);
      await Promise.all([doors.fund(customer, "20"), doors.send("DELETE", path, { key: apiKey })]);
      expect((await doors.send("GET", "/api/v1/containers/quota", { key: apiKey })).body).toMatchObject({
        billing: { status: "active", scheduledShutdownAt: null },
      });
      // 1 − 0.50 + 20 − an hour, 0.041666667 × 0.67
      expect(await balance(apiKey)).toMatchObject({ balance: 20.472083333 });
    },
  ],
  [
    19,
    "silent zero: a refusal for money says in fields what is missing and where to add it",
    async () => {
      const { apiKey } = await doors.payer("pain 19 fields", "1");
      const refused = await usage(apiKey, { ...DOLLAR_TWENTY, mode: "gate", idempotencyKey: "g" });
      expect(refused).toMatchObject({
        status: 402,
        body: {
          success: false,
          error: "Insufficient credits",
          code: "insufficient_credits",
          required: 1.2,
          requiredCredits: 1.2,
          available: 1,
          balance: 1,
          topUpUrl: "https://ratebook.test/billing",
          retryable: false,
        },
      });
      // Waiting makes no credits: nothing invites a program to try again.
      expect(refused.headers.get("retry-after")).toBeNull();
    },
  ],
  [
    19,
    "silent zero: whoever set nothing is told by mail before the end and at the end, once each, and how long credits last",
    async () => {
      const { apiKey, id } = await doors.payer("pain 19 mails", "12");
      await doors.database.sql`update ratebook.customer set email = 'pain19@example.com' where id = ${id}`;
      const mails = () =>
        doors.mails.filter(({ to }) => to === "pain19@example.com").map(({ subject }) => subject);
      for (let n = 1; n <= 10; n += 1) {
        await usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: `d-${n}` });
        await relayFalls();
        while ((await rollUsage(doors.ctx, { entries: 1_000 })) > 0n);
        await watchAlerts(doors.ctx);
      }
      // $1.20 each, of $12: after the second debit 9.60 at 2.40 a day last 96 hours, after the third 8.40 at 3.60 last 56,
      // which is less than three days. The seventh leaves 3.60, the tenth nothing.
      expect(mails()).toEqual([
        "Your credits last about 2 days",
        "Your balance is below $5.00",
        "Your credits are used up",
      ]);
    },
  ],
];

/** Has alerts look at what the ledger announced, as the outbox's job does. */
async function relayFalls(): Promise<void> {
  const messages = await inTransaction(doors.ctx.db, (tx) => takeOutbox(tx, 1_000));
  for (const { kind, accountId, payload } of messages) {
    if (kind !== "wallet.crossed_below") continue;
    const { seq, crossed } = Crossing.parse(payload);
    await noticeFall(doors.ctx, { customerId: accountId, seq, crossed });
  }
}

const Crossing = z.object({ seq: z.coerce.bigint(), crossed: z.array(z.coerce.bigint()) });

describe("pains that end here", () => {
  test.each(pains)("%i: %s", async (_number, _pain, proof) => {
    await proof();
  });
});
