import { dollars } from "@ratebook/billing/testing";
import { expect } from "vitest";
import type { Proof } from "./pain-system.ts";

export const cachedTokensTwice: Proof = async ({ doors, usage }) => {
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
};

export const negativePools: Proof = async ({ doors, usage }) => {
  const { apiKey } = await doors.payer("pain 9 negative", "10");
  const raw = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } };
  const answer = await usage(apiKey, {
    offering: "openai/gpt-test",
    usage: { format: "openai", raw },
    idempotencyKey: "1",
  });
  expect(answer).toMatchObject({ status: 400, body: { code: "validation_error" } });
  expect(answer.text).toContain("cached_tokens");
};

export const unpricedPool: Proof = async ({ doors, usage, balance }) => {
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
};

export const unsaidZero: Proof = async ({ doors }) => {
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
};

export const subCentRounding: Proof = async ({ doors, usage }) => {
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
};
