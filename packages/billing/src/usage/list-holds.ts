import { type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { MICROS, readCursor, UUID, writeCursor } from "./cursor.ts";
import { readStanding } from "./get-balance.ts";
import { resolveReadable } from "./resolve-readable.ts";
import type { InvalidField } from "./usage-error.ts";

/** Credits set aside. An expired one is unsettled: its money is free, and it may still be settled for 7 days. */
export type ListedHold = {
  id: string;
  amount: Nanos;
  state: "open" | "expired";
  offering: string | null;
  agentId: string | null;
  appId: string | null;
  catalogueVersion: number | null;
  policyVersion: number | null;
  createdAt: Date;
  expiresAt: Date;
};

/** A customer's open and unsettled holds, newest first. */
export async function listHolds(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: ListedHold[]; nextCursor: string | null }, ResolveCustomerError | InvalidField>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const after = readCursor(input.cursor, [MICROS, UUID]);
  if (!after.ok) return after;
  const [createdAt = null, holdId = null] = after.value;
  const { id } = customer.value;
  await readStanding(ctx, id);
  const { sql } = ctx;
  const rows = await sql<(ListedHold & { at: string })[]>`
    select h.hold_id as id, h.amount, h.state, r.offering, r.agent_id as "agentId", r.app_id as "appId",
      h.catalogue_version as "catalogueVersion", h.policy_version as "policyVersion", h.created_at as "createdAt",
      h.expires_at as "expiresAt", (extract(epoch from h.created_at) * 1000000)::int8::text as at
    from ratebook.hold h
    left join ratebook.hold_request r on r.customer_id = h.account_id and r.hold_id = h.hold_id
    where h.bucket = ratebook.bucket_of(${id}::uuid) and h.account_id = ${id} and h.state in ('open', 'expired')
      and (${createdAt}::int8 is null or (h.created_at, h.hold_id) <
        ('epoch'::timestamptz + ${createdAt}::int8 * interval '1 microsecond', ${holdId}::uuid))
    order by h.created_at desc, h.hold_id desc limit ${input.limit + 1}`;
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  const nextCursor = rows.length > items.length && last ? writeCursor([last.at, last.id]) : null;
  return ok({ items: items.map(({ at: _at, ...hold }) => hold), nextCursor });
}
