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
  /** What a person or a key is called; null for others, and for what is no longer there. */
  actorName: string | null;
  action: string;
  subject: string;
  customerId: string | null;
  customerName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

export type ListAuditInput = {
  customer?: string | undefined;
  /** Part of what was done or of what it was done to, such as `markup_policy`. */
  search?: string | undefined;
  /** Part of who did it: a name, an e-mail address or an id. */
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
    select a.id, a.at, a.actor_kind as "actorKind", a.actor_id as "actorId", coalesce(u.email, k.name) as "actorName",
      a.action, a.subject, a.customer_id as "customerId", c.name as "customerName", a.before, a.after, a.reason
    from ratebook.audit_entry a
    left join ratebook."user" u on u.id::text = a.actor_id and a.actor_kind in ('operator', 'member')
    left join ratebook.api_key k on k.id::text = a.actor_id and a.actor_kind = 'key'
    left join ratebook.customer c on c.id = a.customer_id
    where (${about.value?.id ?? null}::uuid is null or a.customer_id = ${about.value?.id ?? null}::uuid)
      and (${patternOf(search)}::text is null or a.action ilike ${patternOf(search)} or a.subject ilike ${patternOf(search)})
      and (${patternOf(by)}::text is null or a.actor_id ilike ${patternOf(by)} or a.actor_kind ilike ${patternOf(by)}
        or u.email ilike ${patternOf(by)} or k.name ilike ${patternOf(by)})
      and (${from ?? null}::date is null or a.at >= ${from ?? null}::date::timestamp at time zone 'UTC')
      and (${to ?? null}::date is null or a.at < (${to ?? null}::date + 1)::timestamp at time zone 'UTC')
      and (${cursor ?? null}::uuid is null or a.id < ${cursor ?? null}::uuid)
    order by a.id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
}

/** Text as a part of what is looked for; null where nothing is. */
function patternOf(text: string | undefined): string | null {
  const part = text?.trim() ?? "";
  return part === "" ? null : `%${part.replace(/[\\%_]/g, "\\$&")}%`;
}
