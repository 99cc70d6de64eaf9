import type Stripe from "stripe";
import type { Book } from "./book.ts";
import { makePaymentMethod } from "./make-customer.ts";
import { makePaidInvoice } from "./make-invoice.ts";
import { makePaymentIntent } from "./make-payment.ts";
import type { Stored } from "./objects.ts";
import { startSubscription } from "./subscribe.ts";
import { AUTHENTICATION_FAILED, cardOf, decline, saveCard, takePayment } from "./take-payment.ts";
import type { CardDecline, TestCard } from "./test-cards.ts";

export type Paid =
  | { kind: "done"; url: string }
  | { kind: "requires_action"; url: string }
  /** The card said no; the page stays open for another. */
  | { kind: "declined"; message: string };

/** The customer presses the button of a hosted page, with this card. */
export async function payCheckout(
  book: Book,
  checkout: Stored<"checkout.session">,
  input: { card: TestCard; expiry: { month: number; year: number }; save: boolean },
  pageUrl: string,
): Promise<Paid> {
  const method = makePaymentMethod(book, input.card, input.expiry);
  await book.keep(method);
  if (checkout.object.mode === "setup") return await setUpCard(book, checkout, method, pageUrl);

  const payment = await intentOf(book, checkout);
  const { saveCard } = checkout.hidden;
  payment.hidden.saveCard = saveCard === "require" || (saveCard === "offer" && input.save);
  const url = `${pageUrl}/authenticate/${payment.object.id}`;
  const taken = await takePayment(book, payment, method, "present", url);
  if (taken.kind === "requires_action") return taken;
  if (taken.kind === "declined") return await keepOpen(book, checkout, taken.decline);
  return await finish(book, checkout, "paid");
}

/** The customer comes back from their bank, having proven who they are, or not. */
export async function resumeCheckout(
  book: Book,
  checkout: Stored<"checkout.session">,
  intent: Stored<"payment_intent"> | Stored<"setup_intent">,
  proven: boolean,
): Promise<Paid> {
  const methodId = intent.object.payment_method;
  const method = typeof methodId === "string" ? await book.find("payment_method", methodId) : null;
  if (!method || checkout.object.status !== "open") return { kind: "done", url: successUrl(checkout.object) };
  if (isSetup(intent)) {
    if (!proven) return await refuseSetup(book, checkout, intent, AUTHENTICATION_FAILED);
    intent.hidden.authenticated = true;
    return await finishSetup(book, checkout, intent, method);
  }
  if (!proven) {
    await decline(book, intent, method, AUTHENTICATION_FAILED);
    return await keepOpen(book, checkout, AUTHENTICATION_FAILED);
  }
  intent.hidden.authenticated = true;
  const taken = await takePayment(book, intent, method, "present", "");
  if (taken.kind === "declined") return await keepOpen(book, checkout, taken.decline);
  return await finish(book, checkout, "paid");
}

/** Closes a page nobody finished. */
export async function expireCheckout(book: Book, checkout: Stored<"checkout.session">): Promise<void> {
  checkout.object.status = "expired";
  checkout.object.url = null;
  await book.keep(checkout);
  const { payment_intent } = checkout.object;
  const payment =
    typeof payment_intent === "string" ? await book.find("payment_intent", payment_intent) : null;
  if (payment && payment.object.status !== "canceled") {
    payment.object.status = "canceled";
    payment.object.canceled_at = book.seconds;
    payment.object.cancellation_reason = "automatic";
    payment.object.next_action = null;
    await book.keep(payment);
    await book.tell("payment_intent.canceled", payment.object);
  }
  await book.tell("checkout.session.expired", checkout.object);
}

/** Ends a page well, and issues its invoice where one was asked for. */
export async function finish(
  book: Book,
  checkout: Stored<"checkout.session">,
  status: "paid" | "unpaid" | "no_payment_required",
): Promise<Paid> {
  const { object, hidden } = checkout;
  if (hidden.subscription !== null && status === "paid") await startSubscription(book, checkout);
  object.status = "complete";
  object.payment_status = status;
  object.url = null;
  hidden.problem = null;
  if (status === "paid" && hidden.invoice && typeof object.customer === "string") {
    const invoice = makePaidInvoice(book, {
      customerId: object.customer,
      title: hidden.title,
      amount: object.amount_total ?? 0,
      reason: "manual",
      subscription: null,
      period: { start: book.seconds, end: book.seconds },
      metadata: hidden.invoice.metadata,
    });
    object.invoice = invoice.object.id;
    await book.keep(invoice);
    await book.tell("invoice.paid", invoice.object);
  }
  await book.keep(checkout);
  await book.tell("checkout.session.completed", object);
  return { kind: "done", url: successUrl(object) };
}

/** Where the customer goes after a page ended well. */
export const successUrl = (session: Stripe.Checkout.Session): string =>
  (session.success_url ?? "").replaceAll("{CHECKOUT_SESSION_ID}", session.id);

/** The intent behind a page, made on the first attempt, as Stripe does. */
export async function intentOf(
  book: Book,
  checkout: Stored<"checkout.session">,
): Promise<Stored<"payment_intent">> {
  const { object, hidden } = checkout;
  const known =
    typeof object.payment_intent === "string"
      ? await book.find("payment_intent", object.payment_intent)
      : null;
  if (known) return known;
  const payment = makePaymentIntent(
    book,
    {
      amount: object.amount_total ?? 0,
      customer: typeof object.customer === "string" ? object.customer : null,
      description: hidden.description,
      metadata: hidden.paymentMetadata,
      setupFutureUsage: hidden.saveCard === "require" ? "off_session" : null,
    },
    { authenticated: false, returnUrl: null, checkoutId: object.id, saveCard: false },
  );
  await book.keep(payment);
  await book.tell("payment_intent.created", payment.object);
  object.payment_intent = payment.object.id;
  await keepUntilExpiry(book, checkout);
  return payment;
}

async function setUpCard(
  book: Book,
  checkout: Stored<"checkout.session">,
  method: Stored<"payment_method">,
  pageUrl: string,
): Promise<Paid> {
  const { setup_intent } = checkout.object;
  const setup = typeof setup_intent === "string" ? await book.find("setup_intent", setup_intent) : null;
  if (!setup) throw new Error(`setup checkout ${checkout.object.id} has no intent`);
  const card = cardOf(method);
  if (card.refusesSaving && card.decline) return await refuseSetup(book, checkout, setup, card.decline);
  setup.object.payment_method = method.object.id;
  if (card.authentication === "never") return await finishSetup(book, checkout, setup, method);

  const url = `${pageUrl}/authenticate/${setup.object.id}`;
  setup.object.status = "requires_action";
  setup.object.next_action = { type: "redirect_to_url", redirect_to_url: { return_url: null, url } };
  await book.keep(setup);
  await book.tell("setup_intent.requires_action", setup.object);
  return { kind: "requires_action", url };
}

async function finishSetup(
  book: Book,
  checkout: Stored<"checkout.session">,
  setup: Stored<"setup_intent">,
  method: Stored<"payment_method">,
): Promise<Paid> {
  setup.object.status = "succeeded";
  setup.object.next_action = null;
  setup.object.last_setup_error = null;
  await book.keep(setup);
  await saveCard(book, method, checkout.object.customer, "present");
  await book.tell("setup_intent.succeeded", setup.object);
  return await finish(book, checkout, "no_payment_required");
}

async function refuseSetup(
  book: Book,
  checkout: Stored<"checkout.session">,
  setup: Stored<"setup_intent">,
  reason: CardDecline,
): Promise<Paid> {
  setup.object.status = "requires_payment_method";
  setup.object.payment_method = null;
  setup.object.next_action = null;
  setup.object.last_setup_error = { type: "card_error", code: reason.code, message: reason.message };
  await book.keep(setup);
  await book.tell("setup_intent.setup_failed", setup.object);
  return await keepOpen(book, checkout, reason);
}

async function keepOpen(
  book: Book,
  checkout: Stored<"checkout.session">,
  reason: CardDecline,
): Promise<Paid> {
  checkout.hidden.problem = reason.message;
  await keepUntilExpiry(book, checkout);
  return { kind: "declined", message: reason.message };
}

/** Keeps an open page, which closes by itself when its time is over. */
export const keepUntilExpiry = (book: Book, checkout: Stored<"checkout.session">): Promise<void> =>
  book.keep(checkout, new Date(checkout.object.expires_at * 1000));

const isSetup = (
  intent: Stored<"payment_intent"> | Stored<"setup_intent">,
): intent is Stored<"setup_intent"> => intent.object.object === "setup_intent";
