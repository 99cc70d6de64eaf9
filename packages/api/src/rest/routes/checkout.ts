import type { VerifiedSession } from "@ratebook/billing";
import type { Nanos } from "@ratebook/core";
import { z } from "zod";
import { failed } from "../../failures.ts";
import { CheckoutBody, CheckoutSessionBody, ClientKey, VerifyBody } from "../../inputs/payments.ts";
import { plainText } from "../../inputs/text.ts";
import { exactNumber } from "../exact-number.ts";
import { inTheirWords, spelled } from "../in-their-words.ts";
import { usdNumber } from "../money-schema.ts";
import { type RouteAnswer, route } from "../route.ts";
import { keyOf } from "../usage-wire.ts";

const KEY = {
  "Idempotency-Key": { description: "Names this purchase for ever: repeating it gives the same page" },
};

const verified = z.object({
  success: z.boolean(),
  status: z.enum(["quoted", "provider_started", "delivered", "ambiguous", "settled", "failed"]),
  amount: usdNumber,
  creditsAdded: usdNumber,
  newBalance: usdNumber,
  message: z.string(),
  error: z.string().optional(),
});

export const checkoutRoutes = [
  route({
    method: "post",
    path: "/api/stripe/create-checkout-session",
    operationId: "createCheckoutSession",
    tag: "Purchases",
    summary: "Open a page on which a pack, or an amount of credits, is paid by card",
    auth: "key",
    headers: KEY,
    body: CheckoutSessionBody,
    example: { packId: "growth" },
    responses: {
      200: {
        description: "The page to send the customer to",
        schema: z.object({ sessionId: z.string(), url: z.string().nullable() }),
      },
    },
    handle: async (request) => {
      const { caller, body, customer, header } = request;
      const idempotencyKey = keyOf({ header, body: {} }, ClientKey);
      const words: Words = {
        pack: spelled(body, "packId", "creditPackId"),
        packId: spelled(body, "packId", "creditPackId"),
        success_url: "returnUrl",
      };
      const page = await inTheirWords(wordIn(words), () =>
        caller.payments.checkout({
          customer,
          pack: oneOf("packId", body.packId, body.creditPackId),
          amount: body.amount,
          promotionCode: body.promotionCode,
          successUrl: body.returnUrl,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        }),
      );
      return { status: 200, body: { sessionId: page.sessionId, url: page.url } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/credits/checkout",
    operationId: "creditsCheckout",
    tag: "Purchases",
    summary: "Open a page on which an amount of credits is paid by card",
    auth: "key",
    headers: KEY,
    body: CheckoutBody,
    example: { amount: 50 },
    responses: {
      200: {
        description: "The page to send the customer to",
        schema: z.object({
          success: z.literal(true),
          url: z.string().nullable(),
          checkoutUrl: z.string().nullable(),
          sessionId: z.string(),
        }),
      },
    },
    handle: async (request) => {
      const { caller, body, customer } = request;
      const idempotencyKey = keyOf(request, ClientKey);
      const words: Words = { amount: spelled(body, "amount", "credits", "amountUsd") };
      const page = await inTheirWords(wordIn(words), () =>
        caller.payments.checkout({
          customer,
          amount: sameAmount(body),
          promotionCode: body.promotionCode,
          successUrl: body.success_url,
          cancelUrl: body.cancel_url,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        }),
      );
      const { url, sessionId } = page;
      return { status: 200, body: { success: true, url, checkoutUrl: url, sessionId } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/credits/verify",
    operationId: "verifyCheckout",
    tag: "Purchases",
    summary: "Ask what became of a checkout",
    description: "It never credits anything: that happens when the payment has settled.",
    auth: "key",
    query: z.strictObject({ session_id: plainText(255).min(3) }),
    noStore: true,
    responses: { 200: { description: "What became of it", schema: verified } },
    handle: async ({ caller, customer, query }) =>
      told(await caller.payments.verify({ customer, sessionId: query.session_id })),
  }),
  route({
    method: "post",
    path: "/api/v1/credits/verify",
    operationId: "verifyCheckoutPost",
    tag: "Purchases",
    summary: "Ask what became of a checkout",
    auth: "key",
    body: VerifyBody,
    example: { sessionId: "cs_test_…" },
    noStore: true,
    responses: { 200: { description: "What became of it", schema: verified } },
    handle: async ({ caller, customer, body }) =>
      told(await caller.payments.verify({ customer, sessionId: body.sessionId })),
  }),
];

type Words = { [field: string]: string };
const wordIn =
  (words: Words) =>
  (field: string): string =>
    words[field] ?? field;

function told({ settled, order, amount, creditsAdded, balance }: VerifiedSession): RouteAnswer {
  const message = settled ? "Credits added." : (order.failure?.message ?? WAITING);
  return {
    status: 200,
    body: {
      success: settled,
      status: order.state,
      amount: exactNumber(amount),
      creditsAdded: exactNumber(creditsAdded),
      newBalance: exactNumber(balance),
      message,
      ...(!settled && { error: message }),
    },
  };
}

/** One value of several spellings; a failure where they differ. */
function oneOf<T>(field: string, ...spelled: (T | undefined)[]): T | undefined {
  const given = spelled.filter((value) => value !== undefined);
  if (new Set(given).size <= 1) return given[0];
  throw failed({ kind: "validation_error", field, message: "is given twice with different values" });
}

function sameAmount(body: { [spelling in "amount" | "credits" | "amountUsd"]?: Nanos | undefined }): Nanos {
  const amount = oneOf("amount", body.amount, body.credits, body.amountUsd);
  if (amount !== undefined) return amount;
  throw failed({ kind: "validation_error", field: "amount", message: "is required" });
}

const WAITING = "The payment has not settled yet.";
