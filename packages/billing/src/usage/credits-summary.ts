import { CREDITS_PER_USD, type Nanos, ok, type Result, ZERO_NANOS } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { usageFrom } from "../analytics/usage-source.ts";
import { readOrganizationPause } from "../budgets/organization-pause.ts";
import { readSpendingLimits, type SpendingLimits } from "../budgets/spending-limits.ts";
import type { Ctx } from "../ctx.ts";
import { getAutoTopUp } from "../top-up/auto-top-up-settings.ts";
import { readPurchaseLimits } from "../top-up/purchase-limits.ts";
import { readStanding, type Standing } from "./get-balance.ts";
import { listTransactions, type Transaction } from "./list-transactions.ts";
import { resolveReadable } from "./resolve-readable.ts";

/** What one agent, app or offering used; days and months are UTC. */
export type Spent = { id: string; name: string; today: Nanos; thisMonth: Nanos; requests: number };

export type CreditsSummary = {
  customer: { id: string; name: string };
  standing: Standing;
  /** Why the whole organization is refused beforehand; null: it is not. */
  pausedBecause: string | null;
  usage: { today: Nanos; thisMonth: Nanos; byAgent: Spent[]; byApp: Spent[]; byModel: Spent[] };
  /** Every agent and app, also those that used nothing this month; at most 100 of each. */
  agents: (Spent & SpendingLimits)[];
  agentsTotal: number;
  apps: (Spent & SpendingLimits & { slug: string })[];
  appsTotal: number;
  recentTransactions: Transaction[];
  autoTopUp: { enabled: boolean; threshold: Nanos; amount: Nanos; hasPaymentMethod: boolean };
  pricing: { creditsPerDollar: number; minimumTopUp: Nanos; x402Enabled: boolean };
  asOf: Date;
};

/** Everything a customer's billing page opens with. */
export async function creditsSummary(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<CreditsSummary, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id, name } = customer.value;
  const now = ctx.clock();
  const [standing, spent, agents, apps, recent, autoTopUp, purchases, pausedBecause] = await Promise.all([
    readStanding(ctx, id),
    readSpent(ctx, id, now),
    readAgents(ctx, id),
    readApps(ctx, id),
    listTransactions(ctx, actor, { customer: id, limit: RECENT }),
    getAutoTopUp(ctx, actor, { customer: id }),
    readPurchaseLimits(ctx),
    readOrganizationPause(ctx, id),
  ]);
  if (!recent.ok) return recent;
  if (!autoTopUp.ok) return autoTopUp;
  const limits = await readSpendingLimits(ctx, id, { agent: agents, app: apps });
  const of = (group: SpentRow["grouped"]) => spent.filter(({ grouped }) => grouped === group);
  const [all] = of("all");
  const agentNames = new Map(agents.map((it) => [it.id, it.name]));
  const appNames = new Map(apps.map((it) => [it.id, it.name]));
  const byAgent = of("agent").map((row) => spentOf(row, agentNames));
  const byApp = of("app").map((row) => spentOf(row, appNames));
  return ok({
    customer: { id, name },
    standing,
    pausedBecause,
    usage: {
      today: all?.today ?? ZERO_NANOS,
      thisMonth: all?.thisMonth ?? ZERO_NANOS,
      byAgent,
      byApp,
      byModel: of("model").map((row) => spentOf(row, new Map())),
    },
    agents: agents.map((agent) => ({ ...withSpent(agent, byAgent), ...limits("agent", agent.id) })),
    agentsTotal: agents[0]?.total ?? 0,
    apps: apps.map((app) => ({ ...withSpent(app, byApp), ...limits("app", app.id), slug: app.slug })),
    appsTotal: apps[0]?.total ?? 0,
    recentTransactions: recent.value.items,
    autoTopUp: autoTopUp.value,
    pricing: {
      creditsPerDollar: CREDITS_PER_USD,
      minimumTopUp: purchases.min,
      x402Enabled: ctx.x402 !== undefined,
    },
    asOf: now,
  });
}

type SpentRow = {
  grouped: "all" | "agent" | "app" | "model";
  key: string;
  today: Nanos;
  thisMonth: Nanos;
  requests: number;
};

/** This month's usage, corrections included, by its four views, the dearest 100 of each. */
function readSpent({ sql }: Pick<Ctx, "sql">, id: string, now: Date): Promise<SpentRow[]> {
  const day = (date: number): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), date));
  const [month, today] = [day(1), day(now.getUTCDate())];
  const scope = {
    customerId: id,
    from: month,
    to: day(now.getUTCDate() + 1),
    filters: {},
    dimensions: ["agent", "app", "model"],
    utcDays: true,
  } as const;
  return sql<SpentRow[]>`
    with spent as (
      select
        case when grouping(u.agent_id) = 0 then 'agent' when grouping(u.app_id) = 0 then 'app'
          when grouping(u.offering) = 0 then 'model' else 'all' end as grouped,
        coalesce(u.agent_id, u.app_id, u.offering) as key,
        coalesce(sum(u.amount) filter (where u.at >= ${today}), 0)::int8 as today,
        coalesce(sum(u.amount), 0)::int8 as "thisMonth",
        coalesce(sum(u.requests), 0)::int as requests
      ${usageFrom(sql, scope)}
      group by grouping sets ((), (u.agent_id), (u.app_id), (u.offering))),
    ranked as (
      select *, row_number() over (partition by grouped order by "thisMonth" desc, key) as place from spent
      where grouped = 'all' or key <> '')
    select grouped, coalesce(key, '') as key, today, "thisMonth", requests from ranked
    where place <= ${MOST_LISTED} order by grouped, place`;
}

type Named = { id: string; name: string; total: number };

const readAgents = ({ sql }: Pick<Ctx, "sql">, id: string): Promise<Named[]> => sql<Named[]>`
  select agent_id as id, name, (count(*) over ())::int as total from ratebook.agent
  where customer_id = ${id} order by created_at, agent_id limit ${MOST_LISTED}`;

const readApps = ({ sql }: Pick<Ctx, "sql">, id: string): Promise<(Named & { slug: string })[]> => sql<
  (Named & { slug: string })[]
>`
  select app_id as id, name, slug, (count(*) over ())::int as total from ratebook.app
  where customer_id = ${id} order by created_at, app_id limit ${MOST_LISTED}`;

const spentOf = (row: SpentRow, names: ReadonlyMap<string, string>): Spent => ({
  id: row.key,
  name: names.get(row.key) ?? row.key,
  today: row.today,
  thisMonth: row.thisMonth,
  requests: row.requests,
});

const withSpent = ({ id, name }: Named, spent: readonly Spent[]): Spent =>
  spent.find((row) => row.id === id) ?? { id, name, today: ZERO_NANOS, thisMonth: ZERO_NANOS, requests: 0 };

const RECENT = 10;
const MOST_LISTED = 100;
