import type { CreditsSummary, Transaction } from "@ratebook/billing";
import { type Nanos, nanos, ZERO_NANOS } from "@ratebook/core";
import { z } from "zod";
import { TransactionsQuery } from "../../inputs/billing.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { type Route, route } from "../route.ts";

const spent = { today: usdNumber, thisMonth: usdNumber };
const transaction = z.looseObject({
  id: z.uuid(),
  amount: usdNumber.meta({ description: "Negative where it left the balance" }),
  type: z.enum(["credit", "debit", "refund", "clawback", "hold"]),
  description: z.string(),
});

const summarySchema = z.object({
  success: z.literal(true),
  balance: usdNumber,
  pending: usdNumber.meta({ description: "In open holds" }),
  available: usdNumber,
  debt: usdNumber,
  usage: z.object({
    ...spent,
    timeZone: z.literal("UTC"),
    byAgent: z.array(z.object({ agentId: z.string(), name: z.string(), ...spent })),
    byApp: z.array(z.object({ appId: z.string(), name: z.string(), ...spent })),
    byModel: z.array(z.object({ model: z.string(), ...spent })),
  }),
  organization: z.looseObject({ id: z.uuid(), name: z.string(), creditBalance: usdNumber }),
  agents: z.array(z.looseObject({ id: z.string(), name: z.string(), spent: usdNumber })),
  agentsSummary: z.looseObject({ total: z.number() }),
  apps: z.array(z.looseObject({ id: z.string(), name: z.string(), slug: z.string() })),
  appsSummary: z.object({ total: z.number() }),
  recentTransactions: z.array(transaction),
  earnings: z.looseObject({ availableBalance: usdNumber }),
  pricing: z.object({ creditsPerDollar: z.number(), minimumTopUp: usdNumber, x402Enabled: z.boolean() }),
});

const balanceRoute = (path: string, operationId: string): Route =>
  route({
    method: "get",
    path,
    operationId,
    tag: "Credits",
    summary: "Balance, what of it can be spent, and what open holds keep",
    auth: "key",
    noStore: true,
    responses: {
      200: {
        description: "At this moment; what was just debited is in it",
        schema: z.object({
          success: z.literal(true),
          balance: usdNumber,
          available: usdNumber,
          pending: usdNumber,
          debt: usdNumber,
          status: z.enum(["active", "suspended"]),
        }),
      },
    },
    handle: async ({ caller, customer }) => {
      const { balance, available, held, debt, status } = await caller.billing.balance({ customer });
      return {
        status: 200,
        body: {
          success: true,
          balance: exactNumber(balance),
          available: exactNumber(available),
          pending: exactNumber(held),
          debt: exactNumber(debt),
          status,
        },
      };
    },
  });

const transactionsRoute = (path: string, operationId: string): Route =>
  route({
    method: "get",
    path,
    operationId,
    tag: "Credits",
    summary: "Entries of the wallet, newest first, each with the balance after it",
    description:
      "Holds and releases are listed only with `type=hold`: they move no money, so sums would double.",
    auth: "key",
    query: TransactionsQuery,
    noStore: true,
    responses: {
      200: {
        description: "Entries; `nextCursor` is null on the last page",
        schema: z.object({
          success: z.literal(true),
          transactions: z.array(transaction.extend({ balanceAfter: usdNumber })),
          total: z.number(),
          nextCursor: z.string().nullable(),
          period: z.looseObject({ hours: z.number().nullable() }),
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const page = await caller.billing.transactions({ ...query, customer });
      const transactions = page.items.map((it) => ({
        id: it.id,
        organization_id: page.customerId,
        amount: exactNumber(it.amount),
        type: it.type,
        kind: it.kind,
        description: it.description,
        metadata: it.metadata,
        stripe_payment_intent_id: null,
        created_at: it.createdAt,
        balanceAfter: exactNumber(it.balanceAfter),
        held: exactNumber(it.heldDelta),
        debt: exactNumber(it.debtDelta),
      }));
      const period = { hours: query.hours ?? null, timeZone: "UTC" };
      const { total, nextCursor } = page;
      return { status: 200, body: { success: true, transactions, total, nextCursor, period } };
    },
  });

export const creditRoutes = [
  route({
    method: "get",
    path: "/api/v1/credits/summary",
    operationId: "creditsSummary",
    tag: "Credits",
    summary: "Balance, usage of today and this month, agents, apps and latest entries",
    description: "Today and this month are UTC days. `pending` is what open holds keep.",
    auth: "key",
    noStore: true,
    responses: { 200: { description: "The summary", schema: summarySchema } },
    handle: async ({ caller, customer }) => ({
      status: 200,
      body: wireSummary(await caller.billing.summary({ customer })),
    }),
  }),
  balanceRoute("/api/v1/credits/balance", "creditsBalance"),
  balanceRoute("/api/credits/balance", "creditsBalanceShort"),
  transactionsRoute("/api/credits/transactions", "listTransactions"),
  transactionsRoute("/api/v1/credits/transactions", "listTransactionsV1"),
];

function wireSummary(it: CreditsSummary): Record<string, unknown> {
  const { standing, usage, agents, apps } = it;
  const { pricing } = it;
  return {
    success: true,
    balance: exactNumber(standing.balance),
    pending: exactNumber(standing.held),
    available: exactNumber(standing.available),
    debt: exactNumber(standing.debt),
    status: standing.status,
    asOf: it.asOf,
    usage: {
      ...spentOf(usage),
      timeZone: "UTC",
      byAgent: usage.byAgent.map((row) => ({ agentId: row.id, name: row.name, ...spentOf(row) })),
      byApp: usage.byApp.map((row) => ({ appId: row.id, name: row.name, ...spentOf(row) })),
      byModel: usage.byModel.map((row) => ({ model: row.id, requests: row.requests, ...spentOf(row) })),
    },
    organization: {
      id: it.customer.id,
      name: it.customer.name,
      creditBalance: exactNumber(standing.balance),
      autoTopUpEnabled: it.autoTopUp.enabled,
      autoTopUpThreshold: exactNumber(it.autoTopUp.threshold),
      autoTopUpAmount: exactNumber(it.autoTopUp.amount),
      hasPaymentMethod: it.autoTopUp.hasPaymentMethod,
      isPaused: it.pausedBecause !== null,
      pauseReason: it.pausedBecause,
    },
    agents: agents.map((agent) => ({
      id: agent.id,
      name: agent.name,
      ...wireLimits(agent),
      totalRequests: agent.requests,
      isPublic: false,
      monetizationEnabled: false,
      totalEarnings: NOTHING,
    })),
    agentsSummary: {
      total: it.agentsTotal,
      withBudget: agents.filter(({ budget }) => budget !== null).length,
      paused: agents.filter(({ pausedBecause }) => pausedBecause !== null).length,
      totalAllocated: sumOf(agents.map(({ budget }) => budget?.limit)),
      totalSpent: sumOf(agents.map(({ thisMonth }) => thisMonth)),
      totalAvailable: sumOf(agents.map(({ budget }) => budget?.remaining)),
    },
    apps: apps.map((app) => ({
      id: app.id,
      name: app.name,
      slug: app.slug,
      ...wireLimits(app),
      monetizationEnabled: false,
      inferenceMarkupPercentage: 0,
      totalCreatorEarnings: NOTHING,
      totalPlatformRevenue: NOTHING,
    })),
    appsSummary: { total: it.appsTotal },
    recentTransactions: it.recentTransactions.map(recent),
    earnings: {
      availableBalance: NOTHING,
      totalEarned: NOTHING,
      totalRedeemed: NOTHING,
      totalPending: NOTHING,
      breakdown: [],
    },
    pricing: {
      creditsPerDollar: pricing.creditsPerDollar,
      minimumTopUp: exactNumber(pricing.minimumTopUp),
      x402Enabled: pricing.x402Enabled,
    },
  };
}

const spentOf = ({ today, thisMonth }: { today: Nanos; thisMonth: Nanos }) => ({
  today: exactNumber(today),
  thisMonth: exactNumber(thisMonth),
});

const sumOf = (amounts: readonly (Nanos | undefined)[]) =>
  exactNumber(nanos(amounts.reduce((sum: bigint, amount) => sum + (amount ?? 0n), 0n)));

const recent = ({ id, type, kind, amount, description, createdAt }: Transaction) => ({
  id,
  type,
  kind,
  amount: exactNumber(amount),
  description,
  createdAt,
});

const NOTHING = exactNumber(ZERO_NANOS);

/** Without a budget there is no limit, which is not the same as a limit of 0. */
function wireLimits(it: CreditsSummary["agents"][number]) {
  const { budget, dailyBudget, pausedBecause } = it;
  return {
    hasBudget: budget !== null,
    budgetPeriod: budget?.period ?? null,
    budgetResetsAt: budget?.resetsAt ?? null,
    allocated: budget === null ? NOTHING : exactNumber(budget.limit),
    spent: exactNumber(budget?.spent ?? it.thisMonth),
    available: budget === null ? NOTHING : exactNumber(budget.remaining),
    dailyLimit: dailyBudget === null ? null : exactNumber(dailyBudget.limit),
    dailySpent: exactNumber(dailyBudget?.spent ?? it.today),
    dailyRemaining: dailyBudget === null ? null : exactNumber(dailyBudget.remaining),
    isPaused: pausedBecause !== null,
    pauseReason: pausedBecause,
  };
}
