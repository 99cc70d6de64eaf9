import { must } from "@ratebook/core";
import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import { closeDispute, openDispute, warnOfFraud } from "./dispute-charge.ts";
import { makePaymentMethod } from "./make-customer.ts";
import { makePaidInvoice } from "./make-invoice.ts";
import type { Stored } from "./objects.ts";
import { authenticate } from "./pages.ts";
import { finish, intentOf, type Paid, payCheckout, successUrl } from "./pay-checkout.ts";
import { failRefund } from "./refund-charge.ts";
import { decline, takePayment } from "./take-payment.ts";
import { cardByNumber } from "./test-cards.ts";

/** What people and banks do, for tests and demonstrations. Each tells its events as the API would. */
export type SandboxControls = {
  /** Presses the button of a hosted page. */
  pay: (input: { checkoutId: string; card: string; save?: boolean }) => Promise<Paid>;
  /** Pays a hosted page from a bank account: complete at once, the money comes or fails later. */
  payLater: (input: { checkoutId: string }) => Promise<void>;
  /** Ends a payment from a bank account. */
  settleLater: (input: { checkoutId: string; succeeds: boolean }) => Promise<void>;
  /** Ends what a bank asked of the customer; gives the address they go to then. */
  authenticate: (input: { intentId: string; succeeds: boolean }) => Promise<string>;
  openDispute: (input: { paymentId: string; inquiry?: boolean; amount?: number }) => Promise<string>;
  closeDispute: (input: { disputeId: string; outcome: "won" | "lost" }) => Promise<void>;
  warnOfFraud: (input: { paymentId: string }) => Promise<void>;
  failRefund: (input: { refundId: string }) => Promise<void>;
  /** A subscription's invoice, paid. */
  payInvoice: (input: SubscriptionInvoice) => Promise<string>;
  /** A subscription's invoice whose card said no: it stays open. */
  failInvoice: (input: SubscriptionInvoice) => Promise<string>;
};

export type SubscriptionInvoice = {
  customerId: string;
  subscriptionId: string;
  priceId: string;
  amount: number;
  first: boolean;
  periodStart: Date;
  periodEnd: Date;
};

/** @param work runs on the sandbox's memory, then delivers what it told */
export function createControls(
  work: <T>(run: (book: Book) => Promise<T>) => Promise<T>,
  pageUrl: string,
): SandboxControls {
  return {
    pay: ({ checkoutId, card, save = false }) =>
      work(async (book) => {
        const checkout = await openPage(book, checkoutId);
        const input = { card: must(cardByNumber(card), `${card} is no test card`), expiry: EXPIRY, save };
        return await payCheckout(book, checkout, input, pageUrl);
      }),
    payLater: ({ checkoutId }) =>
      work(async (book) => {
        const checkout = await openPage(book, checkoutId);
        const payment = await intentOf(book, checkout);
        payment.object.status = "processing";
        payment.object.payment_method_types = ["us_bank_account"];
        await book.keep(payment);
        await book.tell("payment_intent.processing", payment.object);
        await finish(book, checkout, "unpaid");
      }),
    settleLater: ({ checkoutId, succeeds }) =>
      work(async (book) => {
        const checkout = must(await book.find("checkout.session", checkoutId), `no page ${checkoutId}`);
        await settleLater(book, checkout, succeeds);
      }),
    authenticate: ({ intentId, succeeds }) =>
      work(async (book) => {
        const intent =
          (await book.find("payment_intent", intentId)) ?? (await book.find("setup_intent", intentId));
        return await authenticate(book, must(intent, `no intent ${intentId}`), succeeds, pageUrl);
      }),
    openDispute: ({ paymentId, inquiry = false, amount }) =>
      work(async (book) => {
        const charge = await chargeOf(book, paymentId);
        const dispute = await openDispute(book, charge, { inquiry, ...(amount !== undefined && { amount }) });
        return dispute.id;
      }),
    closeDispute: ({ disputeId, outcome }) =>
      work(async (book) => {
        const dispute = must(await book.find("dispute", disputeId), `no dispute ${disputeId}`);
        await closeDispute(book, dispute, outcome);
      }),
    warnOfFraud: ({ paymentId }) =>
      work(async (book) => await warnOfFraud(book, await chargeOf(book, paymentId))),
    failRefund: ({ refundId }) =>
      work(async (book) =>
        failRefund(book, must(await book.find("refund", refundId), `no refund ${refundId}`)),
      ),
    payInvoice: (input) => work((book) => payInvoice(book, input)),
    failInvoice: (input) => work((book) => failInvoice(book, input)),
  };
}

const EXPIRY = { month: 12, year: 2034 };

async function openPage(book: Book, id: string): Promise<Stored<"checkout.session">> {
  const checkout = must(await book.find("checkout.session", id), `no page ${id}`);
  if (checkout.object.status !== "open") throw new Error(`page ${successUrl(checkout.object)} is over`);
  return checkout;
}

async function chargeOf(book: Book, paymentId: string): Promise<Stored<"charge">> {
  const payment = must(await book.find("payment_intent", paymentId), `no payment ${paymentId}`);
  const { latest_charge } = payment.object;
  const charge = typeof latest_charge === "string" ? await book.find("charge", latest_charge) : null;
  return must(charge, `payment ${paymentId} was never tried`);
}

async function settleLater(
  book: Book,
  checkout: Stored<"checkout.session">,
  succeeds: boolean,
): Promise<void> {
  const payment = await intentOf(book, checkout);
  const card = must(cardByNumber("4242424242424242"), "the good card is a test card");
  const method = makePaymentMethod(book, card, EXPIRY);
  await book.keep(method);
  if (succeeds) {
    await takePayment(book, payment, method, "present", "");
    checkout.object.payment_status = "paid";
    await book.keep(checkout);
    await book.tell("checkout.session.async_payment_succeeded", checkout.object);
    return;
  }
  await decline(book, payment, method, {
    code: "payment_method_customer_decline",
    declineCode: null,
    message: "The bank did not send the money.",
  });
  await book.tell("checkout.session.async_payment_failed", checkout.object);
}

async function payInvoice(book: Book, input: SubscriptionInvoice): Promise<string> {
  const invoice = invoiceOf(book, input);
  await book.keep(invoice);
  const object: Stripe.Invoice = invoice.object;
  await book.tell("invoice.created", object);
  await book.tell("invoice.finalized", object);
  await book.tell("invoice.paid", object);
  await book.tell("invoice.payment_succeeded", object);
  return object.id;
}

async function failInvoice(book: Book, input: SubscriptionInvoice): Promise<string> {
  const invoice = invoiceOf(book, input);
  const { object } = invoice;
  object.status = "open";
  object.amount_paid = 0;
  object.amount_remaining = object.amount_due;
  object.status_transitions.paid_at = null;
  await book.keep(invoice);
  await book.tell("invoice.created", object);
  await book.tell("invoice.finalized", object);
  await book.tell("invoice.payment_failed", object);
  return object.id;
}

function invoiceOf(book: Book, input: SubscriptionInvoice): Stored<"invoice"> {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return makePaidInvoice(book, {
    customerId: input.customerId,
    title: `Subscription ${newId("plan").slice(-4)}`,
    amount: input.amount,
    reason: input.first ? "subscription_create" : "subscription_cycle",
    subscription: { id: input.subscriptionId, priceId: input.priceId },
    period: { start: seconds(input.periodStart), end: seconds(input.periodEnd) },
    metadata: {},
  });
}
