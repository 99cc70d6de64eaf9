import { randomUUID } from "node:crypto";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customer, value } from "../testing/rail-contract.ts";
import { type SandboxFixture, sandboxFixture } from "../testing/sandbox-fixture.ts";
import { TEST_CARDS } from "./test-cards.ts";

let database: TestDatabase;
let fixture: SandboxFixture;
let customerId: string;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await sandboxFixture(database);
  customerId = await customer(fixture.rail);
});

afterAll(async () => {
  await fixture.close();
  await database.drop();
});

const urls = { successUrl: "https://shop.example/done", cancelUrl: "https://shop.example/" };

const pay = async (card: string) => {
  const order = {
    orderId: randomUUID(),
    amountCents: 500n,
    title: "Five",
    saveCard: { mode: "no" } as const,
  };
  const opened = await fixture.rail.openCheckout({
    ...urls,
    ...order,
    customerId,
    idempotencyKey: randomUUID(),
  });
  const checkoutId = value(opened).id;
  const { kind } = await fixture.sandbox.controls.pay({ checkoutId, card });
  const checkout = value(await fixture.rail.readCheckout(checkoutId));
  const payment = value(await fixture.rail.readPayment(must(checkout.paymentId, "it was tried")));
  return { kind, paid: checkout.paid, reason: payment.decline?.declineCode ?? null, status: payment.status };
};

const save = async (card: string) => {
  const opened = await fixture.rail.openSetup({
    ...urls,
    customerId,
    consent: "Save it.",
    idempotencyKey: randomUUID(),
  });
  return (await fixture.sandbox.controls.pay({ checkoutId: value(opened).id, card })).kind;
};

const GOOD = { kind: "done", paid: true, reason: null, status: "succeeded" };
const ASKED = { kind: "requires_action", paid: false, reason: null, status: "requires_action" };
const no = (reason: string) => ({ kind: "declined", paid: false, reason, status: "requires_payment_method" });

test.each([
  ["4242424242424242", GOOD, "done"],
  ["4000000000000002", no("generic_decline"), "declined"],
  ["4000000000009995", no("insufficient_funds"), "declined"],
  ["4000002500003155", ASKED, "requires_action"],
  ["4000002760003184", ASKED, "requires_action"],
  ["4000000000000341", no("generic_decline"), "done"],
  ["4000000000000069", no("expired_card"), "declined"],
  ["4000000000000119", no("processing_error"), "declined"],
  ["4000000000000259", GOOD, "done"],
  ["4000000000001976", GOOD, "done"],
  ["4000000000005423", GOOD, "done"],
  ["4000000000005126", GOOD, "done"],
])("card %s pays and saves as Stripe documents", async (number, paying, saving) => {
  expect(await pay(number)).toEqual(paying);
  expect(await save(number)).toBe(saving);
});

test("every card that the page offers is in the table above", () => {
  expect(TEST_CARDS).toHaveLength(12);
  expect(new Set(TEST_CARDS.map(({ number }) => number)).size).toBe(12);
});
