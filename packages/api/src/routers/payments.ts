import {
  attachCard,
  cancelPlan,
  createCheckout,
  getAutoTopUp,
  getOrder,
  listAllPlans,
  listCards,
  listOrders,
  listPacks,
  listPaymentEvents,
  listPlans,
  listPromotions,
  listRecurringGrants,
  listTopUpAttempts,
  previewRefund,
  readPurchaseLimits,
  readSignupGrant,
  refundOrder,
  removeCard,
  saveAutoTopUp,
  saveBillingSettings,
  savePack,
  savePlan,
  savePromotion,
  savePurchaseLimits,
  saveRecurringGrant,
  saveSignupGrant,
  setDefaultCard,
  setupCard,
  simulateAutoTopUp,
  subscribeToPlan,
  triggerAutoTopUp,
  verifySession,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import {
  AutoTopUpInput,
  CancelPlanInput,
  CardInput,
  CheckoutInput,
  OrderInput,
  OrdersInput,
  PreviewRefundInput,
  PurchaseLimitsInput,
  RefundInput,
  SaveBillingSettingsInput,
  SavePackInput,
  SavePlanInput,
  SavePromotionInput,
  SaveRecurringGrantInput,
  SaveSignupGrantInput,
  SessionInput,
  SetupCardInput,
  SimulateAutoTopUpInput,
  SubscribeInput,
} from "../inputs/payments.ts";
import { actorProcedure, operatorProcedure, publicProcedure, router } from "../trpc.ts";

export const paymentsRouter = router({
  /** What is sold, and by what: `gateway` is null where no payments are configured. */
  packs: publicProcedure.query(async ({ ctx }) => ({
    gateway: ctx.billing.rail?.name ?? null,
    packs: await listPacks(ctx.billing),
    limits: await readPurchaseLimits(ctx.billing),
  })),
  /** Those that are not sold now, too. */
  allPacks: operatorProcedure.query(({ ctx }) => listPacks(ctx.billing, { all: true })),
  savePack: operatorProcedure
    .input(SavePackInput)
    .mutation(async ({ ctx, input }) => unwrap(await savePack(ctx.billing, ctx.actor, input))),
  promotions: operatorProcedure.query(async ({ ctx }) =>
    unwrap(await listPromotions(ctx.billing, ctx.actor)),
  ),
  savePromotion: operatorProcedure
    .input(SavePromotionInput)
    .mutation(async ({ ctx, input }) => unwrap(await savePromotion(ctx.billing, ctx.actor, input))),
  signupGrant: operatorProcedure.query(({ ctx }) => readSignupGrant(ctx.billing)),
  saveSignupGrant: operatorProcedure
    .input(SaveSignupGrantInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveSignupGrant(ctx.billing, ctx.actor, input))),
  recurringGrants: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listRecurringGrants(ctx.billing, ctx.actor, input))),
  saveRecurringGrant: operatorProcedure
    .input(SaveRecurringGrantInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveRecurringGrant(ctx.billing, ctx.actor, input))),

  savePurchaseLimits: operatorProcedure
    .input(PurchaseLimitsInput)
    .mutation(async ({ ctx, input }) => unwrap(await savePurchaseLimits(ctx.billing, ctx.actor, input))),
  /** Subscriptions that are sold. */
  plans: publicProcedure.query(({ ctx }) => listPlans(ctx.billing)),
  allPlans: operatorProcedure.query(async ({ ctx }) => unwrap(await listAllPlans(ctx.billing, ctx.actor))),
  savePlan: operatorProcedure
    .input(SavePlanInput)
    .mutation(async ({ ctx, input }) => unwrap(await savePlan(ctx.billing, ctx.actor, input))),
  /** Opens the page on which a plan is subscribed to. */
  subscribe: actorProcedure
    .input(SubscribeInput)
    .mutation(async ({ ctx, input }) => unwrap(await subscribeToPlan(ctx.billing, ctx.actor, input))),
  cancelPlan: actorProcedure
    .input(CancelPlanInput)
    .mutation(async ({ ctx, input }) => unwrap(await cancelPlan(ctx.billing, ctx.actor, input))),

  checkout: actorProcedure
    .input(CheckoutInput)
    .mutation(async ({ ctx, input }) => unwrap(await createCheckout(ctx.billing, ctx.actor, input))),
  verify: actorProcedure
    .input(SessionInput)
    .query(async ({ ctx, input }) => unwrap(await verifySession(ctx.billing, ctx.actor, input))),
  orders: actorProcedure
    .input(OrdersInput)
    .query(async ({ ctx, input }) => unwrap(await listOrders(ctx.billing, ctx.actor, input))),
  order: actorProcedure
    .input(OrderInput)
    .query(async ({ ctx, input }) => unwrap(await getOrder(ctx.billing, ctx.actor, input))),
  /** Latest webhook events, refunds and disputes of everybody. */
  activity: operatorProcedure.query(async ({ ctx }) =>
    unwrap(await listPaymentEvents(ctx.billing, ctx.actor)),
  ),
  /** What a refund would take of the purchase's own credits, and what would be debt. */
  previewRefund: operatorProcedure
    .input(PreviewRefundInput)
    .query(async ({ ctx, input }) => unwrap(await previewRefund(ctx.billing, ctx.actor, input))),
  refund: operatorProcedure
    .input(RefundInput)
    .mutation(async ({ ctx, input }) => unwrap(await refundOrder(ctx.billing, ctx.actor, input))),

  cards: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listCards(ctx.billing, ctx.actor, input))),
  setupCard: actorProcedure
    .input(SetupCardInput)
    .mutation(async ({ ctx, input }) => unwrap(await setupCard(ctx.billing, ctx.actor, input))),
  attachCard: actorProcedure
    .input(CardInput)
    .mutation(async ({ ctx, input }) => unwrap(await attachCard(ctx.billing, ctx.actor, input))),
  removeCard: actorProcedure
    .input(CardInput)
    .mutation(async ({ ctx, input }) => unwrap(await removeCard(ctx.billing, ctx.actor, input))),
  setDefaultCard: actorProcedure
    .input(CardInput)
    .mutation(async ({ ctx, input }) => unwrap(await setDefaultCard(ctx.billing, ctx.actor, input))),

  autoTopUp: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getAutoTopUp(ctx.billing, ctx.actor, input))),
  saveAutoTopUp: actorProcedure
    .input(AutoTopUpInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveAutoTopUp(ctx.billing, ctx.actor, input))),
  /** Alerts and auto top-up, both or neither. */
  saveBillingSettings: actorProcedure
    .input(SaveBillingSettingsInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveBillingSettings(ctx.billing, ctx.actor, input))),
  /** What a rule would have charged in the last 30 days. */
  simulateAutoTopUp: actorProcedure
    .input(SimulateAutoTopUpInput)
    .query(async ({ ctx, input }) => unwrap(await simulateAutoTopUp(ctx.billing, ctx.actor, input))),
  topUpAttempts: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listTopUpAttempts(ctx.billing, ctx.actor, input))),
  triggerAutoTopUp: actorProcedure
    .input(CustomerRef)
    .mutation(async ({ ctx, input }) => unwrap(await triggerAutoTopUp(ctx.billing, ctx.actor, input))),
});
