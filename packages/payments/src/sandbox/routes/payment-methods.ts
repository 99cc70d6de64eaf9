import { z } from "zod";
import { answer, invalid, missing, refuse } from "../answer.ts";
import type { Book } from "../book.ts";
import { makePaymentMethod } from "../make-customer.ts";
import type { Stored } from "../objects.ts";
import { field } from "../params.ts";
import { type Route, route } from "../route.ts";
import { cardOf, saveCard } from "../take-payment.ts";
import { cardByToken } from "../test-cards.ts";
import { findCustomer } from "./customers.ts";

const noParams = z.strictObject({ expand: field.expand });

export const paymentMethodRoutes: Route[] = [
  route("GET", "/v1/payment_methods/:id", noParams, async (book, _, { id }) => {
    const method = await book.find("payment_method", id);
    return method ? answer(method.object) : missing("PaymentMethod", id, "payment_method");
  }),

  route(
    "POST",
    "/v1/payment_methods/:id/attach",
    z.strictObject({ customer: field.text, expand: field.expand }),
    async (book, { customer }, { id }) => {
      if (!(await findCustomer(book, customer))) return missing("customer", customer, "customer");
      const method = await methodOrToken(book, id);
      if (!method) return missing("PaymentMethod", id, "payment_method");
      if (method.object.customer === customer) return answer(method.object);
      if (method.object.customer !== null) {
        return invalid("The payment method you provided has already been attached to a customer.");
      }
      const { refusesSaving, decline } = cardOf(method);
      if (refusesSaving && decline) {
        return refuse(402, {
          type: "card_error",
          code: decline.code,
          message: decline.message,
          ...(decline.declineCode !== null && { decline_code: decline.declineCode }),
        });
      }
      await saveCard(book, method, customer, "away");
      return answer(method.object);
    },
  ),

  route("POST", "/v1/payment_methods/:id/detach", noParams, async (book, _, { id }) => {
    const method = await book.find("payment_method", id);
    if (!method) return missing("PaymentMethod", id, "payment_method");
    const owner = method.object.customer;
    if (typeof owner !== "string") {
      const message =
        "The payment method you provided is not attached to a customer so detachment is impossible.";
      return invalid(message, "payment_method");
    }
    method.object.customer = null;
    await book.keep(method);
    const customer = await findCustomer(book, owner);
    if (customer && customer.object.invoice_settings.default_payment_method === id) {
      customer.object.invoice_settings.default_payment_method = null;
      await book.keep(customer);
      await book.tell("customer.updated", customer.object);
    }
    await book.tell("payment_method.detached", method.object, { customer: owner });
    return answer(method.object);
  }),
];

/** A kept card, or a new one where the id is one of Stripe's test tokens. */
export async function methodOrToken(book: Book, id: string): Promise<Stored<"payment_method"> | null> {
  const card = cardByToken(id);
  if (!card) return await book.find("payment_method", id);
  return makePaymentMethod(book, card, { month: 12, year: book.now.getUTCFullYear() + 3 });
}
