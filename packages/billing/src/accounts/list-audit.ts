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

export type ListAuditInput = {
  customer?: string | undefined;
  /** Part of what was done or of what it was done to, such as `markup_policy`. */
  search?: string | undefined;
  /** Part of who did it. */
  by?: string | undefined;
  /** UTC days, both included. */
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Who changed what, newest first, a page at a time; for operators. */
export async function listAudit(
  ctx: Ctx,
  actor: Actor,
  { customer, search, by, from, to, limit, cursor }: ListAuditInput,
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
      and (${patternOf(search)}::text is null or action ilike ${patternOf(search)} or subject ilike ${patternOf(search)})
      and (${patternOf(by)}::text is null or actor_id ilike ${patternOf(by)} or actor_kind ilike ${patternOf(by)})
      and (${from ?? null}::date is null or at >= ${from ?? null}::date::timestamp at time zone 'UTC')
      and (${to ?? null}::date is null or at < (${to ?? null}::date + 1)::timestamp at time zone 'UTC')
      and (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid)
    order by id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
}

/** Text as a part of what is looked for; null where nothing is. */
function patternOf(text: string | undefined): string | null {
  const part = text?.trim() ?? "";
  return part === "" ? null : `%${part.replace(/[\\%_]/g, "\\$&")}%`;
}
