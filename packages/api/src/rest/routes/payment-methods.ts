import type { SavedCard } from "@ratebook/billing";
import { z } from "zod";
import { PaymentMethodBody } from "../../inputs/payments.ts";
import type { Caller } from "../../root.ts";
import { route } from "../route.ts";

const card = z
  .object({
    id: z.string(),
    type: z.literal("card"),
    brand: z.string(),
    last4: z.string(),
    expMonth: z.int(),
    expYear: z.int(),
    isDefault: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "PaymentMethod" });

const answer = z.object({
  success: z.literal(true),
  paymentMethods: z.array(card),
  defaultPaymentMethodId: z.string().nullable(),
});

const told = (cards: readonly SavedCard[]) => ({
  status: 200,
  body: {
    success: true,
    paymentMethods: cards.map((it) => ({
      id: it.id,
      type: "card",
      brand: it.brand,
      last4: it.lastFour,
      expMonth: it.expiryMonth,
      expYear: it.expiryYear,
      isDefault: it.isDefault,
      createdAt: it.createdAt,
    })),
    defaultPaymentMethodId: cards.find(({ isDefault }) => isDefault)?.id ?? null,
  },
});

type CardCall = (
  caller: Caller,
  input: { customer?: string; paymentMethodId: string },
) => Promise<SavedCard[]>;

const change = (name: string, operationId: string, summary: string, call: CardCall) =>
  route({
    method: "post",
    path: `/api/payment-methods/${name}`,
    operationId,
    tag: "Purchases",
    summary,
    auth: "key",
    body: PaymentMethodBody,
    example: { paymentMethodId: "pm_…" },
    noStore: true,
    responses: { 200: { description: "The saved cards as they are now", schema: answer } },
    handle: async ({ caller, customer, body: { paymentMethodId } }) =>
      told(await call(caller, { paymentMethodId, ...(customer !== undefined && { customer }) })),
  });

export const paymentMethodRoutes = [
  route({
    method: "get",
    path: "/api/payment-methods/list",
    operationId: "listPaymentMethods",
    tag: "Purchases",
    summary: "List saved cards",
    auth: "key",
    noStore: true,
    responses: { 200: { description: "The saved cards", schema: answer } },
    handle: async ({ caller, customer }) => told(await caller.payments.cards({ customer })),
  }),
  change(
    "attach",
    "attachPaymentMethod",
    "Save a card made by the payment provider's form",
    (caller, input) => caller.payments.attachCard(input),
  ),
  change("remove", "removePaymentMethod", "Forget a card, unless auto top-up needs it", (caller, input) =>
    caller.payments.removeCard(input),
  ),
  change(
    "set-default",
    "setDefaultPaymentMethod",
    "Choose the card that auto top-up charges",
    (caller, input) => caller.payments.setDefaultCard(input),
  ),
];
