import { err } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { invoice } from "@ratebook/db/schema";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveBillingDetails } from "../invoices/billing-details.ts";
import { issueMissingInvoices } from "../invoices/issue-missing-invoices.ts";
import { listInvoices } from "../invoices/read-invoices.ts";
import { Seller, saveSeller } from "../invoices/seller.ts";
import { postWithin } from "../ledger/post-within.ts";
import { getStatement } from "../statements/read-statement.ts";
import { dollars, expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { getBalance } from "../usage/get-balance.ts";
import { takeCredits } from "../usage/take-credits.ts";
import { INVOICES_AS_PAID } from "./custom-invoice-invariant.ts";
import { type IssueCustomInvoiceInput, issueCustomInvoice } from "./issue-custom-invoice.ts";
import { getCustomInvoice, listCustomInvoices } from "./list-custom-invoices.ts";
import { markInvoicePaid } from "./mark-invoice-paid.ts";
import { previewCustomRefund, refundCustomInvoice } from "./refund-custom-invoice.ts";
import { remindOverdue } from "./remind-overdue.ts";
import { voidCustomInvoice } from "./void-custom-invoice.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
let sellers = 0;
/** An invoice over 1,000.00 of credits and 190.00 of tax, for a customer and by a seller of its own. */
async function issued(name: string, overrides: Partial<IssueCustomInvoiceInput> = {}) {
  sellers += 1;
  const saved = await saveSeller(
    fixture.ctx,
    OPERATOR,
    Seller.parse({ key: `custom-${sellers}`, name: "Acme Oy" }),
  );
  expect(saved.ok).toBe(true);
  const { id: customer, key } = await fixture.customer(name);
  const input: IssueCustomInvoiceInput = {
    customer,
    title: "Credits of the first quarter",
    lines: [
      { description: "Credits", amount: dollars("900") },
      { description: "More credits", amount: dollars("100") },
    ],
    taxes: [{ description: "VAT 19 %", amount: dollars("190") }],
    dueAt: new Date("2026-12-22T00:00:00Z"),
    reference: "PO-7",
    idempotencyKey: `issue ${name}`,
    ...overrides,
  };
  const made = await issueCustomInvoice(fixture.ctx, OPERATOR, input);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const { id } = made.value;
  const pay = (more: Partial<Parameters<typeof markInvoicePaid>[2]> = {}) =>
    markInvoicePaid(fixture.ctx, OPERATOR, {
      id,
      receivedAt: new Date("2026-11-21T00:00:00Z"),
      reference: "SEPA-1",
      reason: "On the statement of 2026-11-21",
      idempotencyKey: "pay it once",
      ...more,
    });
  return { id, customer, key, input, pay };
}

const balanceOf = async (customer: string) => {
  const read = await getBalance(fixture.ctx, OPERATOR, { customer });
  if (!read.ok) throw new Error(read.error.kind);
  return { balance: read.value.balance, debt: read.value.debt };
};
const documentsOf = (purchaseId: string) =>
  fixture.ctx.db.select().from(invoice).where(eq(invoice.purchaseId, purchaseId)).orderBy(asc(invoice.step));

test("an issued invoice has its number and promises credits, but gives none", async () => {
  const { id, customer, key, input } = await issued("promised");
  expect(await documentsOf(id)).toMatchObject([
    {
      number: "INV-2026-000001",
      purchaseKind: "invoice",
      netNanos: dollars("1000"),
      taxNanos: dollars("190"),
      totalNanos: dollars("1190"),
      creditsNanos: dollars("1000"),
      payment: "To be paid by 2026-12-22, your reference PO-7",
      paidAt: null,
      dueAt: input.dueAt,
      lines: [{ amount: "900" }, { amount: "100" }],
      taxes: [{ description: "VAT 19 %", amount: "190" }],
    },
  ]);
  expect(await balanceOf(customer)).toEqual({ balance: 0n, debt: 0n });
  expect(await listInvoices(fixture.ctx, key, { limit: 5 })).toMatchObject({
    ok: true,
    value: { items: [{ standing: "open", total: dollars("1190") }] },
  });
  expect(await issueMissingInvoices(fixture.ctx)).toEqual({ issued: 0, purchases: 0 });
});

test("the same key issues one invoice, however many ask at once; with another meaning it is a conflict", async () => {
  const { id, input } = await issued("once");
  const again = await Promise.all(
    Array.from({ length: 5 }, () => issueCustomInvoice(fixture.ctx, OPERATOR, input)),
  );
  for (const one of again) expect(one).toMatchObject({ ok: true, value: { id } });
  expect(await documentsOf(id)).toHaveLength(1);
  expect(await issueCustomInvoice(fixture.ctx, OPERATOR, { ...input, title: "Other" })).toMatchObject({
    ok: false,
    error: { kind: "idempotency_conflict" },
  });
});

test("marking it paid credits the net amount once, whatever is repeated", async () => {
  const { id, customer, pay } = await issued("paid");
  const answers = await Promise.all(Array.from({ length: 8 }, () => pay()));
  for (const answer of answers) expect(answer).toMatchObject({ ok: true, value: { id, state: "paid" } });
  // The tax is no credit.
  expect(await balanceOf(customer)).toEqual({ balance: dollars("1000"), debt: 0n });
  expect(await pay({ idempotencyKey: "pay it twice" })).toMatchObject({
    ok: false,
    error: { kind: "custom_invoice_state", message: expect.stringContaining("SEPA-1") },
  });
  expect(await voidCustomInvoice(fixture.ctx, OPERATOR, { id, reason: "no" })).toMatchObject({
    ok: false,
    error: { kind: "custom_invoice_state" },
  });
  const entries = await database.sql`
    select kind, contra, amount from ratebook.entry where account_id = ${customer}`;
  expect(entries.map((row) => ({ ...row }))).toEqual([
    { kind: "grant", contra: "clearing:invoice", amount: dollars("1000") },
  ]);
  const audit = await database.sql<{ action: string; reason: string | null }[]>`
    select action, reason from ratebook.audit_entry where subject = ${id} order by at, id`;
  expect(audit.map(({ action, reason }) => [action, reason])).toContainEqual([
    "custom_invoice.paid",
    "On the statement of 2026-11-21",
  ]);
  expect(await getStatement(fixture.ctx, OPERATOR, { customer, month: "2026-11" })).toMatchObject({
    ok: true,
    value: { lines: [{ label: "Purchases by invoice", credits: dollars("1000") }] },
  });
});

test("a refund takes its share of the invoice's own credits, what is spent only with consent", async () => {
  const { id, customer, pay } = await issued("refunded");
  await pay();
  const refund = (more: object) =>
    refundCustomInvoice(fixture.ctx, OPERATOR, {
      id,
      reference: "SEPA-BACK",
      reason: "Agreed",
      idempotencyKey: "back once",
      ...more,
    });
  // A tenth of 1,190 is 119, and takes a tenth of the credits.
  const tenth = { amount: dollars("119") };
  expect(await previewCustomRefund(fixture.ctx, OPERATOR, { id, ...tenth })).toEqual({
    ok: true,
    value: { amount: dollars("119"), credits: dollars("100"), debt: 0n },
  });
  expect(await balanceOf(customer)).toEqual({ balance: dollars("1000"), debt: 0n });
  for (let count = 0; count < 2; count += 1) {
    expect(await refund(tenth)).toMatchObject({
      ok: true,
      value: { refunded: dollars("119"), takenBack: dollars("100") },
    });
  }
  expect(await balanceOf(customer)).toEqual({ balance: dollars("900"), debt: 0n });
  expect(await refund({ amount: dollars("1") })).toMatchObject({
    ok: false,
    error: { kind: "idempotency_conflict" },
  });
  const taken = await takeCredits(fixture.ctx, OPERATOR, {
    customer,
    amount: dollars("800"),
    reason: "Spent",
    idempotencyKey: "spend of a test",
  });
  expect(taken).toMatchObject({ ok: true, value: { available: dollars("100") } });
  // 1,071 is left of the total and stands for 900 of credits, of which 100 are there: a ninth, 119.
  const rest = { idempotencyKey: "back twice" };
  expect(await refund(rest)).toEqual({
    ok: false,
    error: { kind: "refund_exceeds_unspent", refundable: dollars("119"), debt: dollars("800") },
  });
  expect(await previewCustomRefund(fixture.ctx, OPERATOR, { id })).toEqual({
    ok: true,
    value: { amount: dollars("1071"), credits: dollars("900"), debt: dollars("800") },
  });
  expect(await refund({ ...rest, allowDebt: true })).toMatchObject({
    ok: true,
    value: { refunded: dollars("1190") },
  });
  expect(await balanceOf(customer)).toEqual({ balance: 0n, debt: dollars("800") });
  expect(
    (await documentsOf(id)).map(({ number, totalNanos, netNanos }) => [number, totalNanos, netNanos]),
  ).toEqual([
    ["INV-2026-000001", dollars("1190"), dollars("1000")],
    ["CN-2026-000001", dollars("-119"), dollars("-100")],
    ["CN-2026-000002", dollars("-1071"), dollars("-900")],
  ]);
  const read = await getCustomInvoice(fixture.ctx, OPERATOR, { id });
  expect(read).toMatchObject({
    ok: true,
    value: {
      invoice: { number: "INV-2026-000001", customerName: "refunded" },
      postings: [
        { kind: "payment", total: dollars("1190"), reference: "SEPA-1" },
        { kind: "refund", total: dollars("-119"), credits: dollars("-100") },
        { kind: "refund", total: dollars("-1071"), credits: dollars("-900") },
      ],
    },
  });
});

test("a cancelled invoice is taken back whole and can never be paid", async () => {
  const { id, customer, key, pay } = await issued("cancelled");
  for (let count = 0; count < 2; count += 1) {
    expect(await voidCustomInvoice(fixture.ctx, OPERATOR, { id, reason: "Ordered twice" })).toMatchObject({
      ok: true,
      value: { state: "void" },
    });
  }
  expect(await pay()).toMatchObject({ ok: false, error: { kind: "custom_invoice_state" } });
  expect(await balanceOf(customer)).toEqual({ balance: 0n, debt: 0n });
  expect(await documentsOf(id)).toMatchObject([
    { kind: "invoice" },
    {
      kind: "credit_note",
      totalNanos: dollars("-1190"),
      lines: [{ description: expect.stringMatching(/^Cancelled: invoice INV/) }],
    },
  ]);
  const listed = await listInvoices(fixture.ctx, key, { limit: 5 });
  expect(listed.ok && listed.value.items.map(({ standing }) => standing)).toEqual(["void", "void"]);
});

test.each([
  ["lines", { lines: [] }],
  ["lines", { lines: [{ description: "Half a cent", amount: dollars("0.005") }] }],
  ["taxes", { taxes: [{ description: "Below 0", amount: dollars("-1") }] }],
  ["lines", { lines: [{ description: "Too much", amount: dollars("1000001") }] }],
  ["dueAt", { dueAt: new Date("2020-01-01T00:00:00Z") }],
])("what is wrong with an invoice is told by its field %s", async (field, wrong) => {
  const { input } = await issued(`wrong ${JSON.stringify(Object.keys(wrong))} ${sellers}`);
  const made = await issueCustomInvoice(fixture.ctx, OPERATOR, {
    ...input,
    idempotencyKey: "another key",
    ...wrong,
  });
  expect(made).toMatchObject({ ok: false, error: { kind: "validation_error", field } });
});

test("only an operator issues, marks paid, cancels, refunds or lists them", async () => {
  const { id, input, key } = await issued("forbidden");
  const common = { id, reason: "x", reference: "x", idempotencyKey: "forbidden key" };
  for (const tried of [
    issueCustomInvoice(fixture.ctx, key, input),
    markInvoicePaid(fixture.ctx, key, { ...common, receivedAt: new Date(0) }),
    voidCustomInvoice(fixture.ctx, key, common),
    refundCustomInvoice(fixture.ctx, key, common),
    previewCustomRefund(fixture.ctx, key, { id }),
    listCustomInvoices(fixture.ctx, key, { limit: 5 }),
    getCustomInvoice(fixture.ctx, key, { id }),
  ]) {
    expect(await tried).toMatchObject({ ok: false, error: { kind: "access_denied" } });
  }
  const open = await listCustomInvoices(fixture.ctx, OPERATOR, {
    state: "open",
    customer: "forbidden",
    limit: 5,
  });
  expect(open).toMatchObject({ ok: true, value: { items: [{ id, state: "open" }], nextCursor: null } });
});

/** Mails to an address as a mailer keeps them: once a key. */
const mailsTo = (recipient: string) => [
  ...new Map(
    fixture.mails
      .filter(({ to }) => to === recipient)
      .map(({ key, template, subject }) => [key, { template, subject }]),
  ).values(),
];

test("a customer is told by mail when an invoice is issued, paid and refunded, once each, where its invoices go", async () => {
  const { id: customer } = await fixture.customer("told");
  await saveBillingDetails(fixture.ctx, OPERATOR, {
    customer,
    name: "Told Oy",
    email: "invoices@told.example",
    address: [],
    country: null,
    vatId: null,
  });
  const { id, pay, input } = await issued("told again", { customer });
  await issueCustomInvoice(fixture.ctx, OPERATOR, input);
  await Promise.all([pay(), pay()]);
  const refund = {
    id,
    amount: dollars("119"),
    reference: "SEPA-BACK",
    reason: "Agreed",
    idempotencyKey: "back once",
  };
  await refundCustomInvoice(fixture.ctx, OPERATOR, refund);
  await refundCustomInvoice(fixture.ctx, OPERATOR, refund);
  expect(mailsTo("invoices@told.example")).toEqual([
    { template: "invoice_issued", subject: "Invoice INV-2026-000001: $1,190.00, due 22 December 2026" },
    { template: "invoice_paid", subject: "Receipt: invoice INV-2026-000001 is paid" },
    { template: "invoice_refunded", subject: "Refund of $119.00 for invoice INV-2026-000001" },
  ]);
  const kinds = await database.sql<{ kind: string }[]>`
    select kind from ratebook.webhook_event where customer_id = ${customer} order by kind`;
  expect(kinds.map(({ kind }) => kind)).toEqual(["invoice.issued", "payment.refunded", "top_up.settled"]);
});

test("an overdue invoice is told of once a step, by however many at once; a paid or cancelled one never", async () => {
  const { id: customer } = await fixture.customer("overdue");
  const to = "late@overdue.example";
  await saveBillingDetails(fixture.ctx, OPERATOR, {
    customer,
    name: "Late Oy",
    email: to,
    address: [],
    country: null,
    vatId: null,
  });
  const dueAt = new Date(fixture.ctx.clock().getTime() + 2 * DAY_MS);
  const { id } = await issued("overdue again", { customer, dueAt });
  const cancelled = await issued("overdue cancelled", { customer, dueAt });
  await voidCustomInvoice(fixture.ctx, OPERATOR, { id: cancelled.id, reason: "Ordered twice" });
  const later = (days: number) => ({
    ...fixture.ctx,
    clock: () => new Date(dueAt.getTime() + days * DAY_MS + 1_000),
  });
  const reminded = () => mailsTo(to).filter(({ template }) => template === "invoice_overdue").length;
  await remindOverdue(later(-1));
  expect(reminded()).toBe(0);
  await Promise.all([0, 0, 0].map((days) => remindOverdue(later(days))));
  expect(reminded()).toBe(1);
  await remindOverdue(later(6));
  expect(reminded()).toBe(1);
  // Nobody ran it on day 7: on day 15 the second of 7 and 14 is told, and none twice.
  await remindOverdue(later(15));
  await remindOverdue(later(15));
  expect(reminded()).toBe(2);
  await remindOverdue(later(400));
  await remindOverdue(later(800));
  expect(reminded()).toBe(3);
  const [row] = await database.sql<{ reminders: number }[]>`
    select reminders from ratebook.custom_invoice where id = ${id}`;
  expect(row?.reminders).toBe(4);
  expect(mailsTo(to).map(({ template }) => template)).toContain("invoice_cancelled");
});

test("I12 tells of credits that no payment of an invoice stands behind", async () => {
  const { customer } = await issued("unbacked");
  const found = await inTransaction(fixture.ctx.db, async (tx) => {
    await postWithin(tx, [
      {
        kind: "grant",
        account: customer,
        opId: fixture.ctx.newId(),
        meaningHash: "0".repeat(64),
        amount: dollars("1"),
        category: "purchased",
        contra: "clearing:invoice",
        source: "Nobody paid",
      },
    ]);
    // Given as a failure, so that it is rolled back and the books stay whole.
    return err(await tx.execute(sql.raw(INVOICES_AS_PAID)));
  });
  expect(found.error).toMatchObject([{ account_id: customer, expected: "no invoice" }]);
});
