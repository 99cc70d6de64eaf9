import { nanos } from "@ratebook/core";
import { z } from "zod";
import { SaveAlertsInput } from "./alerts.ts";
import { UsdInput } from "./billing.ts";
import { anyText, ExternalId, Limit, plainText, shortText } from "./text.ts";

const customer = ExternalId.optional();
/** An amount through the typed door: nanos, never negative. */
const Amount = z
  .bigint()
  .nonnegative()
  .max(1_000_000_000n * 1_000_000_000n)
  .transform(nanos);
const Address = shortText(2_000);
/** An idempotency key of a purchase, within one customer and for ever; the payment provider is given it too. */
export const ClientKey = plainText(128).min(8);
const RailId = plainText(255).min(3);

export const CheckoutInput = z.strictObject({
  customer,
  /** Slug or id; or an amount. */
  pack: shortText(64).optional(),
  amount: Amount.optional(),
  promotionCode: shortText(64).optional(),
  successUrl: Address.optional(),
  cancelUrl: Address.optional(),
  saveCard: z.enum(["offer", "require", "no"]).optional(),
  idempotencyKey: ClientKey.optional(),
});

export const SessionInput = z.strictObject({ customer, sessionId: RailId });

export const CardInput = z.strictObject({ customer, paymentMethodId: RailId });
export const SetupCardInput = z.strictObject({ customer, returnUrl: Address.optional() });

export const AutoTopUpInput = z.strictObject({
  customer,
  enabled: z.boolean().optional(),
  mode: z.enum(["fixed", "recharge_to"]).optional(),
  threshold: Amount.optional(),
  amount: Amount.optional(),
  dailyCap: Amount.optional(),
  monthlyCap: Amount.optional(),
});

export const SaveBillingSettingsInput = z.strictObject({
  customer,
  alerts: SaveAlertsInput.omit({ customer: true }).optional(),
  autoTopUp: AutoTopUpInput.omit({ customer: true }).optional(),
});

export const SimulateAutoTopUpInput = AutoTopUpInput.omit({ enabled: true });

export const OrdersInput = z.strictObject({
  customer,
  state: z.enum(["quoted", "provider_started", "delivered", "ambiguous", "settled", "failed"]).optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});
export const OrderInput = z.strictObject({ customer, id: z.uuid().toLowerCase() });

export const RefundInput = z.strictObject({
  orderId: z.uuid().toLowerCase(),
  amount: Amount.optional(),
  reason: shortText(500),
  /** Spent credits become debt: the customer has agreed. */
  allowDebt: z.boolean().optional(),
  idempotencyKey: ClientKey,
});

export const PreviewRefundInput = RefundInput.pick({ orderId: true, amount: true });

const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be small letters, digits and -");
export const SavePackInput = z.strictObject({
  slug: Slug,
  name: shortText(80),
  description: anyText(400),
  price: Amount,
  bonus: Amount.optional(),
  active: z.boolean().optional(),
  activeFrom: z.date().nullish(),
  activeUntil: z.date().nullish(),
  sortOrder: z.int().min(-1_000_000).max(1_000_000).optional(),
});

export const PurchaseLimitsInput = z.strictObject({ min: Amount, max: Amount });

export const SavePlanInput = z.strictObject({
  slug: Slug,
  name: shortText(80),
  description: anyText(400),
  price: Amount,
  period: z.enum(["day", "week", "month"]),
  included: Amount,
  rolloverCap: Amount.optional(),
  active: z.boolean().optional(),
  sortOrder: z.int().min(-1_000_000).max(1_000_000).optional(),
});

export const SubscribeInput = z.strictObject({
  customer,
  plan: shortText(64),
  successUrl: Address.optional(),
  cancelUrl: Address.optional(),
  idempotencyKey: ClientKey.optional(),
});
export const CancelPlanInput = z.strictObject({ customer, id: z.uuid().toLowerCase() });

export const SavePromotionInput = z.strictObject({
  id: z.uuid().optional(),
  label: shortText(120),
  bonusBps: z.int().min(0).max(100_000).optional(),
  bonus: Amount.optional(),
  packId: z.uuid().nullish(),
  minPurchase: Amount.optional(),
  startsAt: z.date(),
  endsAt: z.date().nullish(),
  perCustomerLimit: z.int().min(1).max(1_000_000).nullish(),
  needsCode: z.boolean().optional(),
  bonusDays: z.int().min(1).max(3_650).nullish(),
  active: z.boolean().optional(),
  codes: z
    .array(
      z.strictObject({
        code: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9_-]{3,40}$/, "must be 3 … 40 letters, digits, - or _"),
        maxUses: z.int().min(1).nullish(),
        active: z.boolean().optional(),
      }),
    )
    .max(200)
    .optional(),
});

export const SaveSignupGrantInput = z.strictObject({
  enabled: z.boolean(),
  amount: Amount,
  perAddress: z.int().min(1).max(10_000),
  windowHours: z.int().min(1).max(8_760),
});

export const SaveRecurringGrantInput = z.strictObject({
  id: z.uuid().optional(),
  customer: ExternalId,
  name: shortText(120),
  amount: Amount,
  period: z.enum(["day", "week", "month"]),
  rolloverCap: Amount.optional(),
  subscriptionId: RailId.nullish(),
  active: z.boolean().optional(),
});

/** Bodies of the REST door: amounts as dollars. */
export const CheckoutSessionBody = z.strictObject({
  customer,
  packId: shortText(64).optional().meta({ description: "Slug or id of a pack", example: "growth" }),
  creditPackId: shortText(64).optional().meta({ description: "Another spelling of packId" }),
  amount: UsdInput.optional().meta({ description: "Dollars, in place of a pack" }),
  promotionCode: shortText(64).optional(),
  returnUrl: Address.optional().meta({ description: "An allowed address, or `settings` or `billing`" }),
});

export const CheckoutBody = z.strictObject({
  customer,
  amount: UsdInput.optional().meta({ description: "Dollars", example: 50 }),
  credits: UsdInput.optional().meta({ description: "Another spelling of amount: a credit is a dollar" }),
  amountUsd: UsdInput.optional().meta({ description: "Another spelling of amount" }),
  promotionCode: shortText(64).optional(),
  success_url: Address.optional(),
  cancel_url: Address.optional(),
  idempotencyKey: ClientKey.optional(),
});

export const VerifyBody = z.strictObject({ customer, sessionId: RailId });

export const AutoTopUpBody = z.strictObject({
  customer,
  enabled: z.boolean().optional(),
  threshold: UsdInput.optional().meta({ description: "Refill below this balance", example: 10 }),
  amount: UsdInput.optional().meta({
    description: "Dollars per refill, or the level to refill to",
    example: 50,
  }),
  monthlyCap: UsdInput.optional(),
  dailyCap: UsdInput.optional(),
  mode: z.enum(["fixed", "recharge_to"]).optional(),
});

/** The rule to try; what is not named is as it is set. */
export const SimulateAutoTopUpBody = AutoTopUpBody.omit({ enabled: true }).optional();

export const PaymentMethodBody = z.strictObject({ customer, paymentMethodId: RailId });
export const OnlyCustomerBody = z.strictObject({ customer }).optional();
