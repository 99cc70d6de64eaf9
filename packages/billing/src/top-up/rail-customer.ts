import { ok, type Result } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { fromRail, type PaymentError } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";

/**
 * The customer's id on the rail, made there on first use and again where the rail has lost it. Two calls at once make
 * one, because both ask under the same key.
 */
export async function ensureRailCustomer(
  ctx: Pick<Ctx, "sql" | "clock">,
  rail: PaymentRail,
  customerId: string,
): Promise<Result<string, PaymentError>> {
  type Row = { name: string; email: string | null; known: string | null; gone: boolean };
  const [row] = await ctx.sql<Row[]>`
    select c.name, c.email, r.rail_id as known, r.deleted_at is not null as gone
    from ratebook.customer c
    left join ratebook.rail_customer r on r.customer_id = c.id and r.gateway = ${rail.name}
    where c.id = ${customerId}`;
  if (row === undefined) return { ok: false, error: { kind: "customer_not_found", customer: customerId } };
  if (row.known !== null && !row.gone) return ok(row.known);
  const made = await rail.ensureCustomer({
    known: row.known,
    reference: customerId,
    name: row.name,
    email: row.email,
    idempotencyKey: `customer:${customerId}`,
  });
  if (!made.ok) return fromRail(made.error);
  await ctx.sql`
    insert into ratebook.rail_customer (customer_id, gateway, rail_id, created_at)
    values (${customerId}, ${rail.name}, ${made.value.id}, ${ctx.clock()})
    on conflict (customer_id, gateway) do update set rail_id = excluded.rail_id, deleted_at = null`;
  return ok(made.value.id);
}
