import type Stripe from "stripe";
import { z } from "zod";
import { type Answer, answer, invalid, missing, refuse } from "../answer.ts";
import type { Book } from "../book.ts";
import { makePaymentIntent } from "../make-payment.ts";
import type { Stored } from "../objects.ts";
import { field, paging } from "../params.ts";
import { page, type Route, route } from "../route.ts";
import { takePayment } from "../take-payment.ts";
import { findCustomer } from "./customers.ts";
import { methodOrToken } from "./payment-methods.ts";

const noParams = z.strictObject({ expand: field.expand });

export const paymentIntentRoutes: Route[] = [
  route(
    "POST",
    "/v1/payment_intents",
    z.strictObject({
      amount: field.amount,
      currency: field.currency,
      customer: field.text.optional(),
      payment_method: field.text.optional(),
      allowed_payment_method_types: z.array(z.string()).optional(),
      confirm: field.flag.optional(),
      off_session: field.flag.optional(),
      return_url: field.url.optional(),
      description: field.text.optional(),
      metadata: field.metadata.optional(),
      setup_future_usage: z.literal("off_session").optional(),
      expand: field.expand,
    }),
    async (book, input, { pageUrl }) => {
      const { customer } = input;
      if (customer !== undefined && !(await findCustomer(book, customer))) {
        return missing("customer", customer, "customer");
      }
      if (input.off_session === true && input.confirm !== true) {
        return invalid("You can only pass off_session when confirm is true.", "off_session");
      }
      const method = await usableMethod(book, input.payment_method, customer ?? null);
      if ("status" in method) return method;
      const payment = makePaymentIntent(
        book,
        {
          amount: input.amount,
          customer: customer ?? null,
          description: input.description ?? null,
          metadata: input.metadata ?? {},
          setupFutureUsage: input.setup_future_usage ?? null,
        },
        {
          authenticated: false,
          returnUrl: input.return_url ?? null,
          checkoutId: null,
          saveCard: input.setup_future_usage !== undefined,
        },
      );
      await book.keep(payment);
      await book.tell("payment_intent.created", payment.object);
      if (input.confirm !== true) return answer(payment.object);
      const owner = input.off_session === true ? "away" : "present";
      return await confirm(book, payment, method.found, owner, pageUrl);
    },
  ),

  route("GET", "/v1/payment_intents/:id", noParams, async (book, _, { id }) => {
    const payment = await book.find("payment_intent", id);
    return payment ? answer(payment.object) : missing("payment_intent", id, "intent");
  }),

  route(
    "GET",
    "/v1/payment_intents",
    z.strictObject({ ...paging, customer: z.string().optional() }),
    (book, { customer, ...query }) => page(book, "payment_intent", customer, query, "/v1/payment_intents"),
  ),

  route(
    "POST",
    "/v1/payment_intents/:id/confirm",
    z.strictObject({
      payment_method: field.text.optional(),
      return_url: field.url.optional(),
      off_session: field.flag.optional(),
      expand: field.expand,
    }),
    async (book, input, { id, pageUrl }) => {
      const payment = await book.find("payment_intent", id);
      if (!payment) return missing("payment_intent", id, "intent");
      if (!CONFIRMABLE.includes(payment.object.status)) return unexpectedState(payment.object, "confirm");
      const { customer } = payment.object;
      const owner = typeof customer === "string" ? customer : null;
      const method = await usableMethod(book, input.payment_method, owner);
      if ("status" in method) return method;
      if (input.return_url !== undefined) payment.hidden.returnUrl = input.return_url;
      const presence = input.off_session === true ? "away" : "present";
      return await confirm(book, payment, method.found, presence, pageUrl);
    },
  ),

  route(
    "POST",
    "/v1/payment_intents/:id/cancel",
    z.strictObject({
      cancellation_reason: z
        .enum(["duplicate", "fraudulent", "requested_by_customer", "abandoned"])
        .optional(),
      expand: field.expand,
    }),
    async (book, { cancellation_reason }, { id }) => {
      const payment = await book.find("payment_intent", id);
      if (!payment) return missing("payment_intent", id, "intent");
      const { object } = payment;
      if (!CONFIRMABLE.includes(object.status)) return unexpectedState(object, "cancel");
      if (payment.hidden.checkoutId !== null) {
        return invalid("This PaymentIntent belongs to a Checkout Session: expire the session instead.");
      }
      object.status = "canceled";
      object.canceled_at = book.seconds;
      object.cancellation_reason = cancellation_reason ?? null;
      object.next_action = null;
      await book.keep(payment);
      await book.tell("payment_intent.canceled", object);
      return answer(object);
    },
  ),
];

const CONFIRMABLE: readonly string[] = [
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
];

async function confirm(
  book: Book,
  payment: Stored<"payment_intent">,
  method: Stored<"payment_method"> | null,
  owner: "present" | "away",
  pageUrl: string,
): Promise<Answer> {
  if (!method) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. Please provide one.";
    return invalid(message, "payment_method", "payment_intent_unexpected_state");
  }
  const url = `${pageUrl}/authenticate/${payment.object.id}`;
  const taken = await takePayment(book, payment, method, owner, url);
  if (taken.kind !== "declined") return answer(payment.object);
  return refuse(402, {
    type: "card_error",
    code: taken.decline.code,
    message: taken.decline.message,
    charge: taken.chargeId,
    ...(taken.decline.declineCode !== null && { decline_code: taken.decline.declineCode }),
    payment_intent: payment.object,
    payment_method: method.object,
  });
}

/** The card to charge, where it is there and belongs to this customer. */
async function usableMethod(
  book: Book,
  id: string | undefined,
  customer: string | null,
): Promise<{ found: Stored<"payment_method"> | null } | Answer> {
  if (id === undefined) return { found: null };
  const found = await methodOrToken(book, id);
  if (!found) return missing("PaymentMethod", id, "payment_method");
  if (found.object.customer !== customer && found.object.customer !== null) {
    const message = `The provided PaymentMethod ${id} does not belong to the Customer ${customer}.`;
    return invalid(message, "payment_method");
  }
  if (found.object.customer === null && !id.startsWith("pm_card_")) {
    const message =
      "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached from a Customer. It may not be used again.";
    return invalid(message, "payment_method");
  }
  await book.keep(found);
  return { found };
}

function unexpectedState(payment: Stripe.PaymentIntent, verb: string): Answer {
  const message = `You cannot ${verb} this PaymentIntent because it has a status of ${payment.status}.`;
  return refuse(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message,
    payment_intent: payment,
  });
}
