import type { X402Outcome } from "@ratebook/billing";
import { type Nanos, parseUsd } from "@ratebook/core";
import { z } from "zod";
import { TopUpBody, TopUpQuery } from "../../inputs/x402.ts";
import { errorAnswer, tell } from "../errors.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { type Route, type RouteAnswer, type RouteRequest, route } from "../route.ts";
import { wireReceipt, wireTerms } from "./wire-terms.ts";

const receipt = z.object({
  success: z.literal(true),
  status: z.enum(["settled", "replayed"]),
  creditsAdded: usdNumber,
  newBalance: usdNumber,
  transactionId: z.uuid(),
  paymentSource: z.literal("x402"),
  network: z.string(),
  payment: z.object({
    method: z.literal("x402"),
    network: z.string(),
    transaction: z.string(),
    payer: z.string(),
  }),
});
const terms = z.looseObject({
  x402Version: z.number().meta({ description: "Of `accepts`; the header carries version 2" }),
  error: z.string(),
  accepts: z.array(
    z.looseObject({ scheme: z.string(), network: z.string(), asset: z.string(), payTo: z.string() }),
  ),
  code: z.string().meta({ description: "`payment_required`, or what was wrong with the payment" }),
});
const pending = z.looseObject({ success: z.literal(false), code: z.literal("settlement_pending") });

type TopUp = RouteRequest<unknown, z.output<typeof TopUpQuery>, z.output<typeof TopUpBody>>;

const described = {
  tag: "Payments",
  auth: "key" as const,
  noStore: true,
  unauthenticatedNote: "No payment was taken.",
  headers: {
    "PAYMENT-SIGNATURE": { description: "The payment, version 2: JSON in base64" },
    "X-PAYMENT": { description: "The payment, version 1: JSON in base64" },
  },
  description:
    "Without a payment the answer is 402 with the terms. The same payment again gives the first receipt and takes nothing. Whatever is paid is credited, also when it is more than the price.",
  responses: {
    200: { description: "Paid and credited; the receipt is also in a header", schema: receipt },
    202: { description: "The payment is on its way; repeat it to see its end", schema: pending },
    402: { description: "Nothing was taken; pay by these terms", schema: terms },
  },
  refusals: [409] as const,
};

/** Credits for token payments. */
export const topUpRoutes: readonly Route[] = [
  route({
    ...described,
    method: "post",
    path: "/api/v1/credits/topup",
    operationId: "topUpWithX402",
    summary: "Buy credits with a token payment (x402)",
    query: TopUpQuery,
    body: TopUpBody,
    example: { amount: "10" },
    handle: topUp,
  }),
  route({
    method: "get",
    path: "/api/v1/credits/topup",
    operationId: "x402Offer",
    tag: "Payments",
    summary: "The balance, and whether credits are sold for token payments",
    auth: "key",
    noStore: true,
    responses: {
      200: {
        description: "Amounts are dollars, which are credits",
        schema: z.object({
          success: z.literal(true),
          balance: usdNumber,
          x402Enabled: z.boolean(),
          pricing: z.looseObject({
            rate: z.number().meta({ description: "Credits for a dollar" }),
            minimumPayment: usdNumber,
            maximumPayment: usdNumber,
            defaultPayment: usdNumber,
            networks: z.array(z.string()).meta({ description: "Every name of the network" }),
          }),
        }),
      },
    },
    handle: async ({ caller, customer }) => {
      const offer = await caller.x402.offer({ customer });
      const { rail } = offer;
      return {
        status: 200,
        body: {
          success: true,
          balance: exactNumber(offer.balance),
          x402Enabled: offer.enabled,
          pricing: {
            rate: offer.creditsPerDollar,
            minimumPayment: exactNumber(offer.minimum),
            maximumPayment: exactNumber(offer.maximum),
            defaultPayment: exactNumber(offer.defaultAmount),
            networks:
              rail === null ? [] : [rail.network, ...(rail.networkV1 === null ? [] : [rail.networkV1])],
            ...(rail !== null && { asset: rail.asset, payTo: rail.payTo }),
          },
        },
      };
    },
  }),
  ...["10", "50", "100"].map((dollars) =>
    route({
      ...described,
      method: "post",
      path: `/api/v1/topup/${dollars}`,
      operationId: `topUp${dollars}WithX402`,
      summary: `Buy ${dollars} credits with a token payment (x402)`,
      handle: (request) => pay(request, amountOf(dollars)),
    }),
  ),
];

async function topUp(request: TopUp): Promise<RouteAnswer> {
  const { query, body } = request;
  if (query.amount !== undefined && body?.amount !== undefined && query.amount !== body.amount) {
    const message = "is another one in the address than in the body; no payment was taken";
    return tell({ kind: "validation_error", field: "amount", message });
  }
  return pay(request, query.amount ?? body?.amount);
}

async function pay(
  { caller, header, customer }: Pick<TopUp, "caller" | "header" | "customer">,
  amount: Nanos | undefined,
): Promise<RouteAnswer> {
  const payment = header("payment-signature") ?? header("x-payment");
  const outcome = await caller.x402.pay({ customer, amount, payment });
  switch (outcome.status) {
    case "settled":
    case "replayed":
      return paid(outcome);
    case "pending":
      return errorAnswer(
        202,
        "settlement_pending",
        "The payment was sent and is credited as soon as the network confirms it. Repeat it unchanged to see.",
        {
          fields: { status: "pending", settlementId: outcome.settlementId },
          headers: { "retry-after": String(outcome.retryAfterSeconds) },
        },
      );
    case "payment_required": {
      const { reason, message } = outcome;
      const wire = wireTerms(outcome.terms, message);
      return {
        status: 402,
        body: { ...wire.body, success: false, code: reason ?? "payment_required", details: { reason } },
        headers: { "payment-required": wire.header },
      };
    }
  }
}

function paid(it: Extract<X402Outcome, { status: "settled" | "replayed" }>): RouteAnswer {
  const { network, transaction, payer, version } = it.payment;
  const name = version === 1 ? "x-payment-response" : "payment-response";
  return {
    status: 200,
    body: {
      success: true,
      status: it.status,
      creditsAdded: exactNumber(it.creditsAdded),
      newBalance: exactNumber(it.balance),
      transactionId: it.transactionId,
      paymentSource: "x402",
      network,
      payment: { method: "x402", network, transaction, payer },
    },
    headers: { [name]: wireReceipt({ network, transaction, payer }) },
  };
}

function amountOf(dollars: string): Nanos {
  const amount = parseUsd(dollars);
  if (!amount.ok) throw new Error(`${dollars}: ${amount.error.message}`);
  return amount.value;
}
