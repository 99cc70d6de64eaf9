import type { Ctx } from "../ctx.ts";

/** Where an announced event stands with the platform. */
export type Acknowledgement =
  | { state: "unknown" }
  /** `endpoints`: how many of the platform's active endpoints it is on its way to; 0: nobody listens yet. */
  | { state: "waiting"; eventId: string; endpoints: number }
  | { state: "acknowledged"; eventId: string; at: Date };

/**
 * Whether one of the platform's own endpoints has answered an event with a 2xx, by the key it was announced under.
 * `unknown`: nothing was announced under that key.
 */
export async function readAcknowledgement(ctx: Pick<Ctx, "sql">, key: string): Promise<Acknowledgement> {
  const [row] = await ctx.sql<{ id: string; at: Date | null; endpoints: number }[]>`
    select e.id, e.acknowledged_at as at,
      (select count(*)::int from ratebook.webhook_delivery d join ratebook.webhook_endpoint w on w.id = d.endpoint_id
       where d.event_id = e.id and d.state = 'pending' and w.state = 'active' and w.customer_id is null) as endpoints
    from ratebook.webhook_event e where e.key = ${key}`;
  if (row === undefined) return { state: "unknown" };
  if (row.at !== null) return { state: "acknowledged", eventId: row.id, at: row.at };
  return { state: "waiting", eventId: row.id, endpoints: row.endpoints };
}
