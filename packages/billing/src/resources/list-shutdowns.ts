import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { standingOf } from "./get-infrastructure.ts";
import { readRunways } from "./read-runways.ts";

/** A customer's infrastructure in the operator's list. */
export type CustomerInfrastructure = {
  customerId: string;
  name: string;
  externalId: string | null;
  /** Not deleted, whatever its state. */
  resources: number;
  available: Nanos;
  debt: Nanos;
  /** Intents that the platform has not acknowledged. */
  openIntents: number;
  /** True where the warning's mail was not taken by the mail server. */
  mailFailed: boolean;
} & ReturnType<typeof standingOf>;

/** Every customer with resources, those that are being stopped first, then the warned; for operators. */
export async function listInfrastructure(
  ctx: Ctx,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<
  Result<{ items: CustomerInfrastructure[]; nextCursor: string | null }, CatalogAccessDenied | InvalidField>
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const after = readCursor(input.cursor, [RANK, UUID]);
  if (!after.ok) return after;
  const [rank = null, id = null] = after.value;
  type Row = Pick<
    CustomerInfrastructure,
    "customerId" | "name" | "externalId" | "resources" | "openIntents"
  > & {
    rank: number;
  };
  const rows = await ctx.sql<Row[]>`
    with held as (
      select customer_id, count(*)::int as resources from ratebook.resource
      where state in ('deploying', 'running', 'stopped') group by customer_id),
    ranked as (
      select h.customer_id, h.resources,
        case n.state when 'stopping' then 0 when 'warned' then 1 when 'stopped' then 2 else 3 end as rank
      from held h left join ratebook.shutdown_notice n on n.customer_id = h.customer_id)
    select r.customer_id as "customerId", r.resources, r.rank, c.name, c.external_id as "externalId",
      (select count(*)::int from ratebook.resource_intent i
       where i.customer_id = r.customer_id and i.state = 'open') as "openIntents"
    from ranked r join ratebook.customer c on c.id = r.customer_id
    where ${rank}::int is null or (r.rank, r.customer_id) > (${rank}::int, ${id}::uuid)
    order by r.rank, r.customer_id limit ${input.limit + 1}`;
  const page = rows.slice(0, input.limit);
  const runways = await readRunways(
    ctx,
    page.map(({ customerId }) => customerId),
  );
  const items = page.flatMap(({ rank: _rank, ...row }) => {
    const runway = runways.get(row.customerId);
    if (runway === undefined) return [];
    const { available, debt, mailFailedAt } = runway;
    return [{ ...row, available, debt, mailFailed: mailFailedAt !== null, ...standingOf(ctx, runway) }];
  });
  const last = page.at(-1);
  const more = rows.length > page.length && last !== undefined;
  return ok({ items, nextCursor: more ? writeCursor([String(last.rank), last.customerId]) : null });
}

const RANK = /^[0-3]$/;
