import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/** One audited change. */
export type AuditEntry = {
  id: string;
  at: Date;
  actorKind: "operator" | "member" | "key" | "system";
  actorId: string;
  action: string;
  subject: string;
  customerId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

export type ListAuditInput = { customer?: string | undefined; limit: number; cursor?: string | undefined };

/** Who changed what, newest first, a page at a time; for operators. */
export async function listAudit(
  ctx: Ctx,
  actor: Actor,
  { customer, limit, cursor }: ListAuditInput,
): Promise<Result<{ items: AuditEntry[]; nextCursor: string | null }, ResolveCustomerError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may read the audit log." });
  }
  const about = customer === undefined ? ok(null) : await resolveCustomer(ctx, actor, customer);
  if (!about.ok) return about;
  const rows = await ctx.sql<AuditEntry[]>`
    select id, at, actor_kind as "actorKind", actor_id as "actorId", action, subject, customer_id as "customerId",
           before, after, reason
    from ratebook.audit_entry
    where (${about.value?.id ?? null}::uuid is null or customer_id = ${about.value?.id ?? null}::uuid)
      and (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid)
    order by id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
}
