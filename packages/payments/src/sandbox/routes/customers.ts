import type Stripe from "stripe";
import { z } from "zod";
import { answer, invalid, missing } from "../answer.ts";
import type { Book } from "../book.ts";
import { makeCustomer } from "../make-customer.ts";
import type { Stored } from "../objects.ts";
import { field, paging } from "../params.ts";
import { page, type Route, route } from "../route.ts";

const details = {
  name: field.text.max(256).optional(),
  email: z.email("Invalid email address").optional(),
  metadata: field.metadata.optional(),
  expand: field.expand,
};
const noParams = z.strictObject({ expand: field.expand });

export const customerRoutes: Route[] = [
  route("POST", "/v1/customers", z.strictObject(details), async (book, { name, email, metadata }) => {
    const input = { name: name ?? null, email: email ?? null, metadata: metadata ?? {} };
    const customer = makeCustomer(book, input);
    await book.keep(customer);
    await book.tell("customer.created", customer.object);
    return answer(customer.object);
  }),

  route("GET", "/v1/customers/:id", noParams, async (book, _, { id }) => {
    const customer = await book.find("customer", id);
    return customer ? answer(customer.object) : missing("customer", id);
  }),

  route(
    "POST",
    "/v1/customers/:id",
    z.strictObject({
      ...details,
      invoice_settings: z.strictObject({ default_payment_method: z.string().optional() }).optional(),
    }),
    async (book, { name, email, metadata, invoice_settings }, { id }) => {
      const customer = await findCustomer(book, id);
      if (!customer) return missing("customer", id);
      const { object } = customer;
      const method = invoice_settings?.default_payment_method;
      if (method !== undefined && method !== "") {
        const card = await book.find("payment_method", method);
        if (!card) return missing("PaymentMethod", method, "invoice_settings[default_payment_method]");
        if (card.object.customer !== id) {
          const message =
            "The customer does not have a payment method with the ID provided. The payment method must be attached to the customer.";
          return invalid(message, "invoice_settings[default_payment_method]", "resource_missing");
        }
      }
      if (method !== undefined)
        object.invoice_settings.default_payment_method = method === "" ? null : method;
      if (name !== undefined) object.name = name;
      if (email !== undefined) object.email = email;
      Object.assign(object.metadata, metadata);
      await book.keep(customer);
      await book.tell("customer.updated", object);
      return answer(object);
    },
  ),

  route("DELETE", "/v1/customers/:id", noParams, async (book, _, { id }) => {
    const customer = await findCustomer(book, id);
    if (!customer) return missing("customer", id);
    for (const method of await book.list({ kind: "payment_method", ref: id, limit: 100 })) {
      method.object.customer = null;
      await book.keep(method);
    }
    const deleted = { id, object: "customer", deleted: true } satisfies Stripe.DeletedCustomer;
    await book.keep({ object: deleted, hidden: null });
    await book.tell("customer.deleted", customer.object);
    return answer(deleted);
  }),

  route(
    "GET",
    "/v1/customers/:id/payment_methods",
    z.strictObject({ ...paging, type: z.string().optional(), allow_redisplay: z.string().optional() }),
    async (book, { type, ...query }, { id }) => {
      if (!(await findCustomer(book, id))) return missing("customer", id, "customer");
      const url = `/v1/customers/${id}/payment_methods`;
      // The sandbox has nothing but cards.
      const ref = type === undefined || type === "card" ? id : "no other type";
      return await page(book, "payment_method", ref, query, url);
    },
  ),
];

/** A customer that still is one. */
export async function findCustomer(
  book: Book,
  id: string,
): Promise<(Stored<"customer"> & { object: Stripe.Customer }) | null> {
  const found = await book.find("customer", id);
  if (!found || found.object.deleted) return null;
  return { object: found.object, hidden: null };
}
