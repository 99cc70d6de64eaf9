import type { Ctx } from "../ctx.ts";

/** The agent and the app an event names. */
export type NamedBy = { customerId: string; agentId: string | null; appId: string | null };

/**
 * Creates the agents and apps that events name for the first time; their id is their name until someone gives another.
 *
 * What this process has created or seen is remembered, so events of known agents cost no query.
 */
export async function rememberNames({ sql }: Pick<Ctx, "sql">, events: Iterable<NamedBy>): Promise<void> {
  const known = remembered.get(sql) ?? new Set<string>();
  if (known.size > MOST_REMEMBERED) known.clear();
  remembered.set(sql, known);
  const agents = new Map<string, { customerId: string; id: string }>();
  const apps = new Map<string, { customerId: string; id: string }>();
  for (const { customerId, agentId, appId } of events) {
    if (agentId !== null) agents.set(`agent ${customerId} ${agentId}`, { customerId, id: agentId });
    if (appId !== null) apps.set(`app ${customerId} ${appId}`, { customerId, id: appId });
  }
  const newAgents = unknownOf(agents, known);
  const newApps = unknownOf(apps, known);
  if (newAgents.length > 0) {
    await sql`insert into ratebook.agent (customer_id, agent_id, name)
      select customer_id, id, id from unnest(${newAgents.map((it) => it.customerId)}::uuid[],
        ${newAgents.map((it) => it.id)}::text[]) as n(customer_id, id)
      order by 1, 2 on conflict do nothing`;
  }
  if (newApps.length > 0) {
    await sql`insert into ratebook.app (customer_id, app_id, name, slug)
      select customer_id, id, id, slug from unnest(${newApps.map((it) => it.customerId)}::uuid[],
        ${newApps.map((it) => it.id)}::text[], ${newApps.map((it) => slugOf(it.id))}::text[])
        as n(customer_id, id, slug)
      order by 1, 2 on conflict do nothing`;
  }
  for (const key of [...agents.keys(), ...apps.keys()]) known.add(key);
}

const unknownOf = <T>(named: ReadonlyMap<string, T>, known: ReadonlySet<string>): T[] =>
  [...named].filter(([key]) => !known.has(key)).map(([, value]) => value);

const slugOf = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "app";

/** By pool, because two databases in one process have different customers. */
const remembered = new WeakMap<object, Set<string>>();
const MOST_REMEMBERED = 100_000;
