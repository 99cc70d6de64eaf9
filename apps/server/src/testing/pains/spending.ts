import { expect } from "vitest";
import { count, DOLLAR_TWENTY, type Proof } from "./pain-system.ts";

export const overspentByDebits: Proof = async ({ doors, usage, balance }) => {
  const { apiKey } = await doors.payer("pain 1", "120");
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      usage(apiKey, { ...DOLLAR_TWENTY, mode: "gate", idempotencyKey: `g-${n}` }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect([count(statuses, 200), count(statuses, 402)]).toEqual([100, 100]);
  expect(await balance(apiKey)).toMatchObject({ balance: 0, available: 0, debt: 0 });
};

export const overspentByHolds: Proof = async ({ doors, balance }) => {
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
};

export const debitedTwiceOnRetry: Proof = async ({ doors, usage, balance }) => {
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
};

export const repricedOnRetry: Proof = async ({ doors, usage, balance }) => {
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
};

export const freeWorkAfterReversal: Proof = async ({ doors, usage }) => {
  const { apiKey, id } = await doors.payer("pain 2 reversed", "10");
  const event = { ...DOLLAR_TWENTY, idempotencyKey: "k" };
  const debit = await usage(apiKey, event);
  await doors.giveBack(id, String(debit.body.id), "1.2");
  expect(await usage(apiKey, event)).toMatchObject({ status: 409, body: { code: "operation_reversed" } });
  expect(await usage(apiKey, { ...event, idempotencyKey: "new" })).toMatchObject({
    body: { status: "debited" },
  });
};

export const streamEndings: Proof = async ({ doors, balance }) => {
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
};

export const unsettledHold: Proof = async ({ doors, balance }) => {
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
};

export const overageSwallowed: Proof = async ({ doors, balance }) => {
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
};
