import { startAutoTopUp, sweepPayments, takeOutbox } from "@ratebook/billing";
import { spend } from "@ratebook/billing/testing";
import { inTransaction } from "@ratebook/db";
import { expect } from "vitest";
import { DOLLAR_TWENTY, type PainSystem, type Proof } from "./pain-system.ts";
import { buy } from "./shop-steps.ts";

const MINUTE_MS = 60_000;

export const topUpStorm: Proof = async (system) => {
  const { doors, shop, usage, balance } = system;
  const { id, apiKey } = await refilling(system, "pain 4");
  // A ten-minute boundary lies between the two halves of the storm: 20 − 100 × 0.15 = 5, and 20 more make 25.
  const toBoundary = 10 * MINUTE_MS - (shop.ctx.clock().getTime() % (10 * MINUTE_MS)) - 100;
  doors.prices.advance(toBoundary);
  await Promise.all(Array.from({ length: 100 }, () => spend(shop.ctx, id, "0.15")));
  const storm = () =>
    Promise.all([
      relayFalls(system),
      ...Array.from({ length: 10 }, () => look(system, id, "refused")),
      sweepPayments(shop.ctx),
    ]);
  await storm();
  doors.prices.advance(200);
  await storm();
  await shop.deliverAll();
  await storm();
  expect(await attemptsOf(system, id)).toEqual(["succeeded"]);
  expect(await balance(apiKey)).toMatchObject({ balance: 25 });
  // A gap of more than one amount is closed by one charge: 25 − 40 = −15, 25 below ten: twice 20.
  await usage(apiKey, { ...DOLLAR_TWENTY, quantities: { output_tokens: 3_333_333 }, idempotencyKey: "much" });
  await storm();
  await shop.deliverAll();
  expect(await attemptsOf(system, id)).toEqual(["succeeded", "succeeded"]);
  expect(await balance(apiKey)).toMatchObject({ balance: 25.000004 });
};

export const decliningCard: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { id, apiKey } = await refilling(system, "pain 4 declines");
  const card = await chooseCard(system, apiKey, "pm_card_chargeCustomerFail");
  await spend(shop.ctx, id, "15");
  for (let minute = 0; minute < 2 * 24 * 60; minute += 30) {
    doors.prices.advance(30 * MINUTE_MS);
    await look(system, id, minute % 60 === 0 ? "sweep" : "refused");
  }
  await shop.deliverAll();
  expect(await attemptsOf(system, id)).toEqual(["declined", "declined", "declined"]);
  expect(await settings(doors, apiKey)).toMatchObject({ autoTopUp: { enabled: true, state: "suspended" } });
  // Another card ends the suspension; whoever switched it off stays off, whatever they buy.
  await chooseCard(system, apiKey, "pm_card_visa");
  await doors.send("POST", "/api/payment-methods/remove", { key: apiKey, body: { paymentMethodId: card } });
  await doors.send("POST", "/api/auto-top-up/settings", { key: apiKey, body: { enabled: false } });
  await buy(system, apiKey, 1);
  await spend(shop.ctx, id, "1");
  await relayFalls(system);
  await look(system, id, "refused");
  await sweepPayments(shop.ctx);
  expect(await settings(doors, apiKey)).toMatchObject({ autoTopUp: { enabled: false } });
  expect(await balance(apiKey)).toMatchObject({ balance: 5 });
};

export const topUpNeverFires: Proof = async (system) => {
  const { shop, refused, usage, balance } = system;
  // Empty before the rule was made, and whatever announced a fall is lost: a refused call has it looked at.
  const { id, apiKey } = await refilling(system, "pain 5", { spentBefore: "20" });
  await takeAnnouncements(system);
  const event = { ...DOLLAR_TWENTY, mode: "gate", idempotencyKey: "g" };
  expect(await usage(apiKey, event)).toMatchObject({ status: 402, body: { code: "insufficient_credits" } });
  expect(refused).toContain(id);
  // Many find it due at once: none blocks the others, and one charges.
  await Promise.all(Array.from({ length: 20 }, () => look(system, id, "refused")));
  await shop.deliverAll();
  expect(await attemptsOf(system, id)).toEqual(["succeeded"]);
  expect(await usage(apiKey, event)).toMatchObject({ status: 200, body: { status: "debited" } });
  // A server that lost both its job and its webhooks: the sweeper alone charges and credits.
  await spend(shop.ctx, id, "15");
  await takeAnnouncements(system);
  await sweepPayments(shop.ctx);
  await shop.send();
  shop.sent.splice(0);
  await sweepPayments(shop.ctx);
  expect(await attemptsOf(system, id)).toEqual(["succeeded", "succeeded"]);
  // 20 − 1.20 − 15 + 20
  expect(await balance(apiKey)).toMatchObject({ balance: 23.8 });
};

export const bankAsksFirst: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { id, apiKey } = await refilling(system, "pain 6 bank");
  await chooseCard(system, apiKey, "pm_card_authenticationRequired");
  await spend(shop.ctx, id, "15");
  await look(system, id, "sweep");
  await shop.deliverAll();
  expect(await attemptsOf(system, id)).toEqual(["under_way"]);
  expect(await balance(apiKey)).toMatchObject({ balance: 5 });
  const [order] = await doors.database.sql`
    select payment_id as "paymentId" from ratebook.payment_order where customer_id = ${id} and state = 'delivered'`;
  await shop.sandbox.controls.authenticate({ intentId: String(order?.paymentId), succeeds: true });
  await shop.deliverAll();
  expect(await attemptsOf(system, id)).toEqual(["succeeded"]);
  expect(await balance(apiKey)).toMatchObject({ balance: 25 });
};

/** A customer who bought 20 with a saved card and, by the documented routes, refills 20 below 10. */
async function refilling(
  system: PainSystem,
  name: string,
  { spentBefore }: { spentBefore?: string } = {},
): Promise<{ id: string; apiKey: string }> {
  const { doors, shop } = system;
  const payer = await doors.payer(name);
  await buy(system, payer.apiKey, 20);
  await chooseCard(system, payer.apiKey, "pm_card_visa");
  if (spentBefore !== undefined) await spend(shop.ctx, payer.id, spentBefore);
  const saved = await doors.send("POST", "/api/auto-top-up/settings", {
    key: payer.apiKey,
    body: { enabled: true, threshold: 10, amount: 20 },
  });
  expect(saved).toMatchObject({ status: 200, body: { settings: { enabled: true } } });
  return payer;
}

/** Saves a card by its test name and has auto top-up charge it. */
async function chooseCard({ doors, shop }: PainSystem, key: string, token: string): Promise<string> {
  const ask = (what: string, paymentMethodId: string) =>
    doors.send("POST", `/api/payment-methods/${what}`, { key, body: { paymentMethodId } });
  const cards = async () => Object((await doors.send("GET", "/api/payment-methods/list", { key })).body);
  const known = (await cards()).paymentMethods.map(({ id }: { id: string }) => id);
  await ask("attach", token);
  await shop.deliverAll();
  const added = (await cards()).paymentMethods.find(({ id }: { id: string }) => !known.includes(id));
  expect(await ask("set-default", added.id)).toMatchObject({
    status: 200,
    body: { defaultPaymentMethodId: added.id },
  });
  await shop.deliverAll();
  return added.id;
}

const settings = async (doors: PainSystem["doors"], key: string) =>
  (await doors.send("GET", "/api/v1/billing/settings", { key })).body.settings;

/** What the relay and the job do with falls that the ledger announced. */
async function relayFalls(system: PainSystem): Promise<void> {
  const falls = (await takeAnnouncements(system)).filter(({ kind }) => kind === "wallet.crossed_below");
  for (const { accountId, payload } of falls) {
    const crossingSeq = BigInt(String(payload["seq"]));
    await startAutoTopUp(system.shop.ctx, { customerId: accountId, trigger: "crossing", crossingSeq });
  }
}

/** Takes what the ledger announced; whoever does nothing with it has lost it. */
const takeAnnouncements = ({ shop }: PainSystem) => inTransaction(shop.ctx.db, (tx) => takeOutbox(tx, 1_000));

const look = ({ shop }: PainSystem, customerId: string, trigger: "refused" | "sweep") =>
  startAutoTopUp(shop.ctx, { customerId, trigger });

async function attemptsOf({ doors }: PainSystem, customerId: string): Promise<string[]> {
  const rows = await doors.database.sql<{ state: string }[]>`
    select state from ratebook.auto_top_up_attempt where customer_id = ${customerId} order by created_at`;
  return rows.map(({ state }) => state);
}
