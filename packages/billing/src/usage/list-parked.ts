import { err, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { MICROS, readCursor, UUID, writeCursor } from "./cursor.ts";
import { resolveReadable } from "./resolve-readable.ts";
import type { InvalidField } from "./usage-error.ts";

/** Usage that waits for a price. */
export type ParkedUsage = {
  id: string;
  customerId: string;
  customerName: string;
  offering: string | null;
  reason: string;
  quantities: Record<string, string>;
  dimensions: Record<string, unknown>;
  occurredAt: Date;
  createdAt: Date;
};

/** Parked usage that is not rated yet, oldest first; of one customer, or of all for an operator. */
export async function listParked(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: ParkedUsage[]; nextCursor: string | null }, ResolveCustomerError | InvalidField>> {
  const everyone = input.customer === undefined && (actor.kind === "operator" || actor.kind === "system");
  const customer = everyone ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return err(customer.error);
  const id = customer?.value.id ?? null;
  const after = readCursor(input.cursor, [MICROS, UUID]);
  if (!after.ok) return after;
  const [micros = null, opId = null] = after.value;
  const rows = await ctx.sql<(ParkedUsage & { at: string })[]>`
    select u.op_id as id, u.account_id as "customerId", c.name as "customerName", u.offering, u.park_reason as reason,
      u.pools as quantities, u.dimensions, u.occurred_at as "occurredAt", u.created_at as "createdAt",
      (extract(epoch from u.created_at) * 1000000)::int8::text as at
    from ratebook.usage_event u
    join ratebook.customer c on c.id = u.account_id
    where u.state = 'parked' and (${id}::uuid is null or u.account_id = ${id})
      and (${micros}::int8 is null or (u.created_at, u.op_id) >
        ('epoch'::timestamptz + ${micros}::int8 * interval '1 microsecond', ${opId}::uuid))
      and not exists (select from ratebook.entry e
        where e.ref_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket and e.kind = 'debit')
    order by u.created_at, u.op_id limit ${input.limit + 1}`;
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return ok({
    items: shown.map(({ at: _at, ...parked }) => parked),
    nextCursor: rows.length > shown.length && last ? writeCursor([last.at, last.id]) : null,
  });
}
