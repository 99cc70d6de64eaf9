import { must } from "@ratebook/core";
import { type Connection, connect } from "@ratebook/db";
import { invoice, paymentOrder, paymentRefund, setting, x402Settlement } from "@ratebook/db/schema";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dollars, expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { refundOf, settledOrder } from "../testing/settled-order.ts";
import { saveBillingDetails } from "./billing-details.ts";
import { issueInvoice } from "./issue-invoice.ts";
import { issueMissingInvoices } from "./issue-missing-invoices.ts";
import { getInvoice, listInvoices } from "./read-invoices.ts";
import { Seller, saveSeller } from "./seller.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let owner: Connection;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  owner = connect({ url: database.ownerUrl, max: 1, applicationName: "test" });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await owner.close();
  await fixture.close();
  await database.drop();
});

/** A seller of its own per test, so that each counts from 1. */
async function sellAs(key: string, details: Partial<Seller> = {}): Promise<void> {
  const saved = await saveSeller(fixture.ctx, OPERATOR, Seller.parse({ key, name: "Acme Oy", ...details }));
  expect(saved.ok).toBe(true);
}

const documentsOf = (purchaseId: string) =>
  fixture.ctx.db.select().from(invoice).where(eq(invoice.purchaseId, purchaseId)).orderBy(asc(invoice.step));

test("however many settle and issue at once, numbers are given once each and without a gap", async () => {
  await sellAs("in-a-row");
  const { ctx } = fixture;
  const { id } = await fixture.customer("in-a-row");
  const orders = await Promise.all(Array.from({ length: 24 }, () => settledOrder(ctx, { customerId: id })));
  await Promise.all([
    ...orders.map((order) => issueInvoice(ctx, order.id)),
    ...orders.map((order) => issueInvoice(ctx, order.id)),
    issueMissingInvoices(ctx),
    issueMissingInvoices(ctx),
  ]);
  const rows = await ctx.db.select().from(invoice).where(eq(invoice.seller, "in-a-row"));
  const year = ctx.clock().getUTCFullYear();
  expect(rows.map(({ number }) => number).sort()).toEqual(
    orders.map((_, index) => `INV-${year}-${String(index + 1).padStart(6, "0")}`),
  );
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 0, purchases: 0 });
});

test("an issue that is rolled back gives its number back", async () => {
  await sellAs("rolled-back");
  const { ctx } = fixture;
  const { id } = await fixture.customer("rolled-back");
  const failing = await settledOrder(ctx, { customerId: id, amountCents: 5_950n });
  const good = await settledOrder(ctx, { customerId: id });
  // 59.50 were paid for 50.00 of credits, and nobody says what the rest is.
  await expect(issueInvoice(ctx, failing.id)).rejects.toThrow(/do not add up/);
  await issueInvoice(ctx, good.id);
  const vat = { ...ctx, tax: () => [{ label: "VAT 19 %", amount: dollars("9.5") }] };
  await issueInvoice(vat, failing.id);
  expect((await documentsOf(good.id)).map(({ sequence }) => sequence)).toEqual([1]);
  expect(await documentsOf(failing.id)).toMatchObject([
    { sequence: 2, netNanos: 50_000_000_000n, taxNanos: 9_500_000_000n, totalNanos: 59_500_000_000n },
  ]);
});

test("test purchases and real ones are counted apart, every year from 1", async () => {
  await sellAs("apart");
  const { ctx } = fixture;
  const { id } = await fixture.customer("apart");
  const later = { ...ctx, clock: () => new Date("2031-01-01T00:00:00Z") };
  const orders = {
    real: await settledOrder(ctx, { customerId: id }),
    sandbox: await settledOrder(ctx, { customerId: id, gateway: "sandbox" }),
    later: await settledOrder(later, { customerId: id }),
  };
  await issueInvoice(ctx, orders.real.id);
  await issueInvoice(ctx, orders.sandbox.id);
  await issueInvoice(later, orders.later.id);
  const year = ctx.clock().getUTCFullYear();
  expect(await documentsOf(orders.real.id)).toMatchObject([{ number: `INV-${year}-000001`, test: false }]);
  expect(await documentsOf(orders.sandbox.id)).toMatchObject([
    { number: `TEST-INV-${year}-000001`, test: true },
  ]);
  expect(await documentsOf(orders.later.id)).toMatchObject([{ number: "INV-2031-000001" }]);
});

test("an order that is not settled gets no invoice", async () => {
  const { ctx } = fixture;
  const { id } = await fixture.customer("unsettled");
  const order = await settledOrder(ctx, { customerId: id, state: "delivered", settledAt: null });
  expect(await issueInvoice(ctx, order.id)).toEqual({ issued: [] });
  expect(await documentsOf(order.id)).toEqual([]);
});

test("refunds that succeeded are credited once, and charged again where the money came back", async () => {
  await sellAs("refunds");
  const { ctx } = fixture;
  const { id } = await fixture.customer("refunds");
  const order = await settledOrder(ctx, { customerId: id, bonusNanos: 10_000_000_000n });
  await issueMissingInvoices(ctx);
  const refund = await refundOf(ctx, order, { amountCents: 2_000n, state: "pending" });
  await markRefunded(order.id, 2_000n);
  // On its way is not there yet.
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 0, purchases: 0 });
  await setRefund(refund, "succeeded");
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 1, purchases: 1 });
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 0, purchases: 0 });
  await setRefund(refund, "failed");
  await markRefunded(order.id, 0n);
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 1, purchases: 1 });
  const year = ctx.clock().getUTCFullYear();
  const listed = await listInvoices(ctx, OPERATOR, { customer: id, limit: 3 });
  if (!listed.ok) throw new Error(listed.error.kind);
  const corrected = Object.fromEntries(listed.value.items.map(({ kind, corrects }) => [kind, corrects]));
  const first = `INV-${year}-000001`;
  expect(corrected).toEqual({ invoice: null, credit_note: first, reinstatement: first });
  // 60.00 of credits came for 50.00; two fifths of both went back and came again.
  expect(await documentsOf(order.id)).toMatchObject([
    { kind: "invoice", totalNanos: 50_000_000_000n, creditsNanos: 60_000_000_000n },
    {
      kind: "credit_note",
      number: `CN-${year}-000001`,
      totalNanos: -20_000_000_000n,
      creditsNanos: -24_000_000_000n,
    },
    { kind: "reinstatement", totalNanos: 20_000_000_000n, creditsNanos: 24_000_000_000n },
  ]);
});

test("an issued document is never changed, deleted or numbered out of turn", async () => {
  await sellAs("for-ever");
  const { ctx } = fixture;
  const { id, key } = await fixture.customer("for-ever");
  await saveBillingDetails(ctx, key, {
    name: "Ολυμπία ΑΕ",
    email: null,
    address: ["Οδός 1"],
    country: "GR",
    vatId: "EL123456789",
  });
  const order = await settledOrder(ctx, { customerId: id });
  const { issued } = await issueInvoice(ctx, order.id);
  const invoiceId = must(issued[0], "one document was issued");
  for (const statement of [
    `update ratebook.invoice set total_nanos = 1 where id = '${invoiceId}'`,
    `delete from ratebook.invoice where id = '${invoiceId}'`,
    "truncate ratebook.invoice",
  ]) {
    await expect(owner.sql.unsafe(statement), statement).rejects.toMatchObject({ code: "23001" });
  }
  for (const statement of [
    "update ratebook.invoice_counter set last = last + 2 where seller = 'for-ever'",
    "update ratebook.invoice_counter set last = last - 1 where seller = 'for-ever'",
    "delete from ratebook.invoice_counter where seller = 'for-ever'",
    "insert into ratebook.invoice_counter values ('elsewhere', 'INV', 2026, 7)",
  ]) {
    await expect(database.sql.unsafe(statement), statement).rejects.toMatchObject({ code: "23001" });
  }
  // The parties stay as they were on that day.
  await sellAs("for-ever", { name: "Acme Group" });
  await saveBillingDetails(ctx, key, { name: "Other", email: null, address: [], country: null, vatId: null });
  const read = await getInvoice(ctx, key, { id: invoiceId });
  expect(read).toMatchObject({
    ok: true,
    value: { seller: { name: "Acme Oy" }, customer: { name: "Ολυμπία ΑΕ", vatId: "EL123456789" } },
  });
});

test("customers see their own documents only, a page at a time", async () => {
  await sellAs("scoped");
  const { ctx } = fixture;
  const mine = await fixture.customer("scoped-mine");
  const other = await fixture.customer("scoped-other");
  for (let count = 0; count < 3; count += 1) await settledOrder(ctx, { customerId: mine.id });
  const foreign = await settledOrder(ctx, { customerId: other.id });
  await issueMissingInvoices(ctx);
  const first = await listInvoices(ctx, mine.key, { limit: 2 });
  if (!first.ok) throw new Error(first.error.kind);
  const cursor = must(first.value.nextCursor, "there is another page");
  const second = await listInvoices(ctx, mine.key, { limit: 2, cursor });
  if (!second.ok) throw new Error(second.error.kind);
  const seen = [...first.value.items, ...second.value.items];
  expect(seen.map(({ customerId }) => customerId)).toEqual([mine.id, mine.id, mine.id]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
  expect({ total: first.value.total, more: second.value.nextCursor }).toEqual({ total: 3, more: null });
  const [theirs] = await documentsOf(foreign.id);
  const id = must(theirs, "it was issued").id;
  expect(await getInvoice(ctx, mine.key, { id })).toEqual({
    ok: false,
    error: { kind: "invoice_not_found", id },
  });
  expect(await getInvoice(ctx, OPERATOR, { id })).toMatchObject({ ok: true });
});

test("a token payment gets its invoice too, over what was credited to the last digit", async () => {
  await sellAs("tokens");
  const { ctx } = fixture;
  const { id } = await fixture.customer("tokens");
  const paid = {
    customerId: id,
    intentId: ctx.newId(),
    version: 2,
    asset: "0xasset",
    payTo: "0xseller",
    payer: "0xpayer",
    valueUnits: 1_234_567n,
    creditsNanos: 1_234_567_000n,
    validAfter: 0n,
    validBefore: 1n,
    signature: "0x",
    attempts: 1,
    fromBlock: 1n,
    opId: ctx.newId(),
    state: "settled" as const,
    createdAt: ctx.clock(),
    settledAt: ctx.clock(),
  };
  const [real, local, pending] = [ctx.newId(), ctx.newId(), ctx.newId()];
  await ctx.db.insert(x402Settlement).values([
    { ...paid, id: real, network: "eip155:8453", nonce: "0x1", transaction: "0xt1" },
    { ...paid, id: local, network: "eip155:31337", nonce: "0x2", transaction: "0xt2" },
    { ...paid, id: pending, network: "eip155:8453", nonce: "0x3", state: "settling", settledAt: null },
  ]);
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 2, purchases: 2 });
  expect(await documentsOf(real)).toMatchObject([
    {
      purchaseKind: "x402",
      test: false,
      totalNanos: 1_234_567_000n,
      payment: expect.stringContaining("0xt1"),
    },
  ]);
  expect(await documentsOf(local)).toMatchObject([{ test: true }]);
  expect(await documentsOf(pending)).toEqual([]);
  await ctx.db.delete(x402Settlement).where(eq(x402Settlement.customerId, id));
});

test("where Stripe issues, a purchase with its invoice gets none from us", async () => {
  await sellAs("stripe-issues", { issuer: "stripe" });
  const { ctx } = fixture;
  const { id } = await fixture.customer("stripe-issues");
  const theirs = await settledOrder(ctx, { customerId: id, railInvoiceId: "in_1" });
  const ours = await settledOrder(ctx, { customerId: id });
  expect(await issueMissingInvoices(ctx)).toEqual({ issued: 1, purchases: 1 });
  expect(await issueInvoice(ctx, theirs.id)).toEqual({ issued: [] });
  expect(await documentsOf(ours.id)).toHaveLength(1);
  await ctx.db.delete(setting).where(eq(setting.name, "seller"));
});

const markRefunded = (id: string, refundedCents: bigint) =>
  fixture.ctx.db.update(paymentOrder).set({ refundedCents }).where(eq(paymentOrder.id, id));
const setRefund = (id: string, state: "succeeded" | "failed") =>
  fixture.ctx.db.update(paymentRefund).set({ state }).where(eq(paymentRefund.id, id));
