import type { AutoTopUpSettings, AutoTopUpSimulation, TopUpResult } from "@ratebook/billing";
import { formatUsd, type ZERO_NANOS } from "@ratebook/core";
import { z } from "zod";
import { AutoTopUpBody, OnlyCustomerBody, SimulateAutoTopUpBody } from "../../inputs/payments.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { type RouteAnswer, route } from "../route.ts";

export const autoTopUpSettings = z
  .object({
    enabled: z.boolean(),
    mode: z.enum(["fixed", "recharge_to"]),
    amount: usdNumber,
    threshold: usdNumber,
    dailyCap: usdNumber,
    monthlyCap: usdNumber,
    chargedToday: usdNumber,
    chargedThisMonth: usdNumber,
    hasPaymentMethod: z.boolean(),
    state: z.enum(["off", "active", "frozen", "suspended", "backing_off", "no_card"]),
    retryAt: z.iso.datetime().nullable(),
    consent: z.object({ text: z.string(), at: z.iso.datetime() }).nullable(),
    limits: z.object({ minAmount: usdNumber, maxAmount: usdNumber }),
  })
  .meta({ id: "AutoTopUpSettings", description: "Days and months of the caps are UTC" });

const answer = z.object({ success: z.literal(true), message: z.string(), settings: autoTopUpSettings });

const simulation = z
  .object({
    success: z.literal(true),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    charges: z.array(
      z.object({
        at: z.iso.datetime(),
        amount: usdNumber,
        balanceBefore: usdNumber,
        balanceAfter: usdNumber,
      }),
    ),
    total: usdNumber,
    openingBalance: usdNumber,
    lowestBalance: usdNumber,
    stoppedByCap: z.array(z.object({ at: z.iso.datetime(), balance: usdNumber })),
  })
  .meta({ id: "AutoTopUpSimulation", description: "Balances are less what is owed, so they may be below 0" });

const wireSimulation = (it: AutoTopUpSimulation): Record<string, unknown> => ({
  success: true,
  from: it.from,
  to: it.to,
  charges: it.charges.map(({ at, amount, before, after }) => ({
    at,
    amount: exactNumber(amount),
    balanceBefore: exactNumber(before),
    balanceAfter: exactNumber(after),
  })),
  total: exactNumber(it.total),
  openingBalance: exactNumber(it.opening),
  lowestBalance: exactNumber(it.lowest),
  stoppedByCap: it.stopped.map(({ at, balance }) => ({ at, balance: exactNumber(balance) })),
});

/** Auto top-up on the wire. */
export const wireAutoTopUp = (it: AutoTopUpSettings): Record<string, unknown> => ({
  enabled: it.enabled,
  mode: it.mode,
  amount: exactNumber(it.amount),
  threshold: exactNumber(it.threshold),
  dailyCap: exactNumber(it.dailyCap),
  monthlyCap: exactNumber(it.monthlyCap),
  chargedToday: exactNumber(it.chargedToday),
  chargedThisMonth: exactNumber(it.chargedThisMonth),
  hasPaymentMethod: it.hasPaymentMethod,
  state: it.state,
  retryAt: it.retryAt,
  consent: it.consent,
  limits: { minAmount: exactNumber(it.limits.min), maxAmount: exactNumber(it.limits.max) },
});

export const autoTopUpRoutes = [
  route({
    method: "get",
    path: "/api/auto-top-up/settings",
    operationId: "autoTopUpSettings",
    tag: "Purchases",
    summary: "Read how credits refill themselves",
    auth: "key",
    noStore: true,
    responses: { 200: { description: "The settings", schema: answer } },
    handle: async ({ caller, customer }) => ({
      status: 200,
      body: {
        success: true,
        message: "Auto top-up settings",
        settings: wireAutoTopUp(await caller.payments.autoTopUp({ customer })),
      },
    }),
  }),
  route({
    method: "post",
    path: "/api/auto-top-up/settings",
    operationId: "saveAutoTopUpSettings",
    tag: "Purchases",
    summary: "Change how credits refill themselves",
    description: "What is not named stays. Switching it on needs a saved card.",
    auth: "key",
    body: AutoTopUpBody,
    example: { enabled: true, threshold: 10, amount: 50 },
    noStore: true,
    responses: { 200: { description: "The settings as they are now", schema: answer } },
    handle: async ({ caller, customer, body }) => {
      const settings = await caller.payments.saveAutoTopUp({ ...body, customer });
      const message = settings.enabled ? "Auto top-up is on." : "Auto top-up is off.";
      return { status: 200, body: { success: true, message, settings: wireAutoTopUp(settings) } };
    },
  }),
  route({
    method: "post",
    path: "/api/auto-top-up/simulate",
    operationId: "simulateAutoTopUp",
    tag: "Purchases",
    summary: "See what a rule would have charged in the last 30 days",
    description:
      "Plays the rule over the wallet's movements, to the minute, as if it had been on. Nothing is changed. Requests that were refused then are not in it.",
    auth: "key",
    body: SimulateAutoTopUpBody,
    example: { threshold: 10, amount: 50 },
    noStore: true,
    responses: { 200: { description: "The charges it would have made", schema: simulation } },
    handle: async ({ caller, customer, body }) => ({
      status: 200,
      body: wireSimulation(await caller.payments.simulateAutoTopUp({ ...body, customer })),
    }),
  }),
  route({
    method: "post",
    path: "/api/auto-top-up/trigger",
    operationId: "triggerAutoTopUp",
    tag: "Purchases",
    summary: "Refill now, where the rule says so",
    description: "The same rules and caps as the automatic one.",
    auth: "key",
    body: OnlyCustomerBody,
    noStore: true,
    responses: {
      200: {
        description: "What was done",
        schema: z.object({
          success: z.boolean(),
          message: z.string(),
          amount: usdNumber.optional(),
          previousBalance: usdNumber.optional(),
          newBalance: usdNumber.optional(),
          currentBalance: usdNumber.optional(),
          threshold: usdNumber.optional(),
        }),
      },
    },
    handle: async ({ caller, customer }) => {
      const result = await caller.payments.triggerAutoTopUp({ customer });
      const { balance } = await caller.billing.balance({ customer });
      if (result.kind === "charged" && result.order.state === "settled") {
        return {
          status: 200,
          body: {
            success: true,
            message: `Charged $${formatUsd(result.order.amount)} and added the credits.`,
            amount: exactNumber(result.order.amount),
            previousBalance: exactNumber(result.balanceBefore),
            newBalance: exactNumber(balance),
          },
        };
      }
      const { threshold } = await caller.payments.autoTopUp({ customer });
      return notDone(result, { balance, threshold });
    },
  }),
];

function notDone(
  result: TopUpResult,
  { balance, threshold }: { balance: typeof ZERO_NANOS; threshold: typeof ZERO_NANOS },
): RouteAnswer {
  const message =
    result.kind === "not_due"
      ? SENTENCES[result.because]
      : (result.order.failure?.message ?? "The card was charged; the payment has not settled yet.");
  return {
    status: 200,
    body: {
      success: false,
      message,
      currentBalance: exactNumber(balance),
      threshold: exactNumber(threshold),
    },
  };
}

const SENTENCES: { [because in Extract<TopUpResult, { kind: "not_due" }>["because"]]: string } = {
  off: "Auto top-up is off.",
  enough: "The balance is not below the threshold.",
  under_way: "A top-up is under way already.",
  frozen: "Auto top-up is stopped because a payment is disputed or suspected of fraud.",
  suspended: "Auto top-up is suspended after three declines; save another card.",
  backing_off: "The card was declined a short while ago; it is tried again later.",
  no_card: "There is no saved card to charge.",
  cap_reached: "The daily or monthly cap leaves no room for a top-up.",
};
