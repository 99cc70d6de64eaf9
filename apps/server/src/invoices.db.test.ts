import {
  createKey,
  issueMissingInvoices,
  Seller,
  saveBillingDetails,
  saveSeller,
  upsertCustomer,
} from "@ratebook/billing";
import { expectBooksBalance, OPERATOR, refundOf, settledOrder } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let server: TestRatebook;
beforeAll(async () => {
  server = await startTestRatebook();
  const seller = Seller.parse({ name: "Žižkov Credits", address: ["Praha"], vatId: "CZ12345678" });
  await saveSeller(server.ctx, OPERATOR, seller);
});
afterAll(async () => {
  await expectBooksBalance(server.database.sql);
  await server.drop();
});

/** A customer by its own external id, with a key of its own. */
async function customerWithKey(externalId: string): Promise<{ id: string; key: string }> {
  const made = await upsertCustomer(server.ctx, OPERATOR, { externalId, name: externalId });
  if (!made.ok) throw new Error(made.error.message);
  const created = await createKey(server.ctx, OPERATOR, {
    kind: "customer",
    customer: made.value.id,
    name: "test",
    scopes: ["read"],
  });
  if (!created.ok) throw new Error(created.error.kind);
  return { id: made.value.id, key: created.value.key };
}

type Listed = { id: string; number: string; status: string; [field: string]: unknown };

/** What the list answered, typed by its documented schema. */
const invoicesOf = (body: Record<string, unknown>): Listed[] => body.invoices as Listed[];

test("a purchase's invoice is listed and downloaded, as JSON and as a PDF whose text is the invoice", async () => {
  const { id, key } = await customerWithKey("buyer");
  const details = { name: "Ολυμπία Україна", email: null, address: [], country: "GR", vatId: null };
  await saveBillingDetails(server.ctx, OPERATOR, { customer: id, ...details });
  const order = await settledOrder(server.ctx, { customerId: id, bonusNanos: 2_500_000_000n });
  await server.ctx.jobs.enqueue("issue-invoices", server.ctx.newId(), {});
  const list = () => server.call("/api/invoices/list", { key });
  await vi.waitFor(async () => expect((await list()).body.count).toBe(1), { timeout: 60_000, interval: 100 });
  const year = server.ctx.clock().getUTCFullYear();
  const [listed] = invoicesOf((await list()).body);
  const invoice = must(listed, "one was issued");
  expect(invoice).toMatchObject({
    number: `INV-${year}-000001`,
    stripeInvoiceId: null,
    total: "$50.00",
    totalUsd: "50",
    status: "paid",
    type: "checkout",
    invoicePdf: `/api/invoices/${invoice.id}?format=pdf`,
    creditsAdded: 52.5,
  });
  const json = await server.call(`/api/invoices/${invoice.id}`, { key });
  expect(json).toMatchObject({
    status: 200,
    body: {
      invoice: {
        id: invoice.id,
        seller: { vatId: "CZ12345678" },
        customer: { name: "Ολυμπία Україна" },
        lines: [{ amount: "50" }, { amount: "0" }],
        subtotalUsd: "50",
        taxUsd: "0",
      },
    },
  });
  for (const [path, accept] of [
    [`/api/invoices/${invoice.id}?format=pdf`, "*/*"],
    [`/api/invoices/${invoice.id}`, "application/pdf"],
  ]) {
    const answer = await fetch(new URL(must(path, "given"), server.url), {
      headers: { authorization: `Bearer ${key}`, accept: must(accept, "given") },
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="${invoice.number}.pdf"`,
      "cache-control": "no-store",
    });
    const file = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()));
    const { text } = await extractText(file, { mergePages: true });
    for (const part of [invoice.number, "Žižkov Credits", "Ολυμπία Україна", "$50.00", order.title]) {
      expect(text).toContain(part);
    }
  }
});

test("a refund makes a credit note, and the invoice says what is left", async () => {
  const { id, key } = await customerWithKey("refunded");
  const order = await settledOrder(server.ctx, { customerId: id, refundedCents: 5_000n });
  await refundOf(server.ctx, order, { amountCents: 5_000n, state: "succeeded" });
  await issueMissingInvoices(server.ctx);
  const { body } = await server.call("/api/invoices/list", { key });
  expect(invoicesOf(body)).toMatchObject([
    { type: "credit_note", status: "issued", total: "-$50.00", creditsAdded: -50 },
    { type: "checkout", status: "refunded", total: "$50.00" },
  ]);
});

test("a foreign invoice is as unknown as one that never was, as JSON and as PDF", async () => {
  const owner = await customerWithKey("owner");
  const stranger = await customerWithKey("stranger");
  await settledOrder(server.ctx, { customerId: owner.id });
  await issueMissingInvoices(server.ctx);
  const { body } = await server.call("/api/invoices/list", { key: owner.key });
  const { id } = must(invoicesOf(body)[0], "it was issued");
  for (const path of [id, `${id}?format=pdf`, server.ctx.newId()]) {
    const answer = await server.call(`/api/invoices/${path}`, { key: stranger.key });
    expect(answer).toMatchObject({ status: 404, body: { code: "resource_not_found" } });
  }
  expect(await server.call("/api/invoices/list", { key: stranger.key })).toMatchObject({
    body: { invoices: [], count: 0, nextCursor: null },
  });
});

test.each([
  ["/api/invoices/not-an-id", 400],
  ["/api/invoices/list?limit=0", 400],
  ["/api/invoices/list?cursor=x", 400],
  ["/api/invoices/0198f000-0000-7000-8000-000000000001?format=docx", 400],
])("%s is %i", async (path, status) => {
  const { key } = await customerWithKey(`asks ${path}`);
  expect((await server.call(path, { key })).status).toBe(status);
});

test("nobody reads invoices without a key", async () => {
  expect((await server.call("/api/invoices/list")).status).toBe(401);
});
