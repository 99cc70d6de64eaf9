import { createClient } from "@ratebook/api/client";
import {
  noticeFall,
  recomputeReceipt,
  rollUsage,
  takeOutbox,
  watchAlerts,
  watchRunways,
} from "@ratebook/billing";
import { dollars } from "@ratebook/billing/testing";
import { inTransaction } from "@ratebook/db";
import { expect } from "vitest";
import { z } from "zod";
import { DOLLAR_TWENTY, type PainSystem, type Proof, sellContainers } from "./pain-system.ts";

export const shownAndCharged: Proof = async ({ doors, usage }) => {
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
};

export const quotedAndCharged: Proof = async ({ doors, usage }) => {
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
};

export const ghostPrices: Proof = async ({ doors, service, balance }) => {
  const { apiKey } = await doors.payer("pain 15 containers", "10");
  await sellContainers(doors, "0.67");
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
};

export const unexplainedContainerBill: Proof = async ({ doors, service, balance }) => {
  const { apiKey } = await doors.payer("pain 16 containers", "10");
  await sellContainers(doors, "0.67");
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
};

export const unexplainedDebit: Proof = async ({ doors, service, usage }) => {
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
};

export const laggingBalance: Proof = async ({ doors, usage, balance }) => {
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
};

export const staleBalance: Proof = async ({ doors, service, balance }) => {
  const { apiKey, id: customer } = await doors.payer("pain 17 containers", "1");
  await sellContainers(doors, "0.67");
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
};

export const wordlessRefusal: Proof = async ({ doors, usage }) => {
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
};

export const silentEnd: Proof = async ({ doors, usage }) => {
  const { apiKey, id } = await doors.payer("pain 19 mails", "12");
  await doors.database.sql`update ratebook.customer set email = 'pain19@example.com' where id = ${id}`;
  const mails = () =>
    doors.mails.filter(({ to }) => to === "pain19@example.com").map(({ subject }) => subject);
  for (let n = 1; n <= 10; n += 1) {
    await usage(apiKey, { ...DOLLAR_TWENTY, idempotencyKey: `d-${n}` });
    await relayFalls({ doors });
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
};

/** Has alerts look at what the ledger announced, as the outbox's job does. */
async function relayFalls({ doors }: Pick<PainSystem, "doors">): Promise<void> {
  const messages = await inTransaction(doors.ctx.db, (tx) => takeOutbox(tx, 1_000));
  for (const { kind, accountId, payload } of messages) {
    if (kind !== "wallet.crossed_below") continue;
    const { seq, crossed } = Crossing.parse(payload);
    await noticeFall(doors.ctx, { customerId: accountId, seq, crossed });
  }
}

const Crossing = z.object({ seq: z.coerce.bigint(), crossed: z.array(z.coerce.bigint()) });
