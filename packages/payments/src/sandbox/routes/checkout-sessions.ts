import { z } from "zod";
import { type Answer, answer, invalid, missing } from "../answer.ts";
import type { Book } from "../book.ts";
import { makeCheckout, makeSetupIntent } from "../make-checkout.ts";
import { field, paging } from "../params.ts";
import { expireCheckout, keepUntilExpiry } from "../pay-checkout.ts";
import { page, type Route, route } from "../route.ts";
import { findCustomer } from "./customers.ts";

const url = "/v1/checkout/sessions";
const noParams = z.strictObject({ expand: field.expand });

const lineItem = z.strictObject({
  quantity: field.whole.refine((count) => count >= 1, "At least 1"),
  price_data: z.strictObject({
    currency: field.currency,
    unit_amount: field.amount,
    recurring: z.strictObject({ interval: z.enum(["day", "week", "month"]) }).optional(),
    product_data: z.strictObject({ name: field.text, description: field.text.optional() }),
  }),
});

const params = z.strictObject({
  mode: z.enum(["payment", "setup", "subscription"], "The sandbox knows payment, setup and subscription"),
  customer: field.text,
  client_reference_id: field.text.max(200).optional(),
  currency: field.currency.optional(),
  line_items: z.array(lineItem).length(1, "The sandbox takes one line").optional(),
  allowed_payment_method_types: z.array(z.string()).optional(),
  payment_intent_data: z
    .strictObject({
      description: field.text.optional(),
      metadata: field.metadata.optional(),
      setup_future_usage: z.literal("off_session").optional(),
    })
    .optional(),
  subscription_data: z.strictObject({ metadata: field.metadata.optional() }).optional(),
  setup_intent_data: z.strictObject({ metadata: field.metadata.optional() }).optional(),
  saved_payment_method_options: z.strictObject({ payment_method_save: z.literal("enabled") }).optional(),
  custom_text: z.strictObject({ submit: z.strictObject({ message: field.text.max(1200) }) }).optional(),
  invoice_creation: z
    .strictObject({
      enabled: field.flag,
      invoice_data: z.strictObject({ metadata: field.metadata.optional() }).optional(),
    })
    .optional(),
  metadata: field.metadata.optional(),
  success_url: field.url,
  cancel_url: field.url.optional(),
  expand: field.expand,
});

export const checkoutRoutes: Route[] = [
  route("POST", url, params, async (book, input, { pageUrl }) =>
    (await findCustomer(book, input.customer))
      ? await open(book, input, pageUrl)
      : missing("customer", input.customer, "customer"),
  ),

  route("GET", `${url}/:id`, noParams, async (book, _, { id }) => {
    const checkout = await book.find("checkout.session", id);
    return checkout ? answer(checkout.object) : missing("checkout.session", id, "session");
  }),

  route(
    "GET",
    url,
    z.strictObject({ ...paging, customer: z.string().optional(), payment_intent: z.string().optional() }),
    (book, { customer, payment_intent, ...query }) =>
      page(book, "checkout.session", payment_intent ?? customer, query, url),
  ),

  route("POST", `${url}/:id/expire`, noParams, async (book, _, { id }) => {
    const checkout = await book.find("checkout.session", id);
    if (!checkout) return missing("checkout.session", id, "session");
    if (checkout.object.status !== "open") {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${checkout.object.status}.`;
      return invalid(message);
    }
    await expireCheckout(book, checkout);
    return answer(checkout.object);
  }),
];

async function open(book: Book, input: z.output<typeof params>, pageUrl: string): Promise<Answer> {
  const line = input.line_items?.[0];
  if (input.mode !== "setup" && !line) {
    return invalid(`\`line_items\` is required in \`${input.mode}\` mode.`, "line_items");
  }
  const recurring = line?.price_data.recurring;
  if ((input.mode === "subscription") !== (recurring !== undefined)) {
    return invalid("Recurring prices go with `subscription` mode, and only with it.", "line_items");
  }
  if (input.mode === "setup" && line) {
    return invalid("You can not pass `line_items` in `setup` mode.", "line_items");
  }
  if (input.mode === "setup" && input.currency === undefined) {
    return invalid("`currency` is required in `setup` mode.", "currency");
  }
  const setup =
    input.mode === "setup"
      ? makeSetupIntent(book, input.customer, input.setup_intent_data?.metadata ?? {})
      : null;
  const { payment_intent_data: payment, invoice_creation: invoice } = input;
  const offered = input.saved_payment_method_options ? "offer" : "no";
  const checkout = makeCheckout(
    book,
    {
      mode: input.mode,
      customerId: input.customer,
      amount: line ? line.price_data.unit_amount * line.quantity : null,
      reference: input.client_reference_id ?? null,
      metadata: input.metadata ?? {},
      successUrl: input.success_url,
      cancelUrl: input.cancel_url ?? null,
      setupIntentId: setup?.id ?? null,
    },
    {
      title: line?.price_data.product_data.name ?? "Save a card",
      description: payment?.description ?? null,
      paymentMetadata: payment?.metadata ?? {},
      saveCard: payment?.setup_future_usage ? "require" : offered,
      consent: input.custom_text?.submit.message ?? null,
      invoice: invoice?.enabled ? { metadata: invoice.invoice_data?.metadata ?? {} } : null,
      subscription: recurring
        ? { period: recurring.interval, metadata: input.subscription_data?.metadata ?? {} }
        : null,
      problem: null,
    },
    pageUrl,
  );
  if (setup) {
    await book.keep({ object: setup, hidden: { authenticated: false, checkoutId: checkout.object.id } });
    await book.tell("setup_intent.created", setup);
  }
  await keepUntilExpiry(book, checkout);
  return answer(checkout.object);
}
