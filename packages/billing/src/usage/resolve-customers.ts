import { err, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/** Customer ids by the name a caller used; undefined stands for no name. */
export type CustomerIds = (named: string | undefined) => Result<string, ResolveCustomerError>;

/**
 * `resolveCustomer` for many events at once: the same rules, one query for all names this process has not met yet.
 *
 * Ids never change and customers are never removed, so names that were found are remembered.
 */
export async function resolveCustomers(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  names: Iterable<string | undefined>,
): Promise<CustomerIds> {
  const own =
    actor.kind === "key" || actor.kind === "member" || actor.kind === "portal" ? actor.customerId : null;
  const asked = new Set([...names].filter((name) => name !== undefined && name !== own));
  if (own === null && (actor.kind === "worker" || !hasScope(actor, "usage:any"))) {
    return () => err({ kind: "access_denied", message: "This key may not act for customers." });
  }
  const found = await findCustomers(ctx, asked);
  return (named) => {
    if (own !== null) {
      if (named === undefined || named === own || found(named) === own) return ok(own);
      return err({ kind: "access_denied", message: "This credential belongs to another customer." });
    }
    if (named === undefined) return err(CUSTOMER_REQUIRED);
    const id = found(named);
    return id === undefined ? err({ kind: "customer_not_found", customer: named }) : ok(id);
  };
}

async function findCustomers(
  { sql }: Pick<Ctx, "sql">,
  names: ReadonlySet<string | undefined>,
): Promise<(named: string) => string | undefined> {
  const known = remembered.get(sql) ?? new Map<string, string>();
  const missing = [...names].flatMap((name) => (name === undefined || known.has(name) ? [] : [name]));
  if (missing.length === 0) {
    remembered.set(sql, known);
    return (named) => known.get(named);
  }
  const rows = await sql<{ named: string; id: string }[]>`
    select n.named, coalesce(own.id, theirs.id) as id
    from unnest(${missing}::text[]) as n(named)
    left join ratebook.customer own on own.id = case when n.named ~* ${UUID} then n.named::uuid end
    left join ratebook.customer theirs on theirs.external_id = n.named
    where coalesce(own.id, theirs.id) is not null`;
  const found = known.size > MOST_REMEMBERED ? new Map<string, string>() : known;
  for (const { named, id } of rows) found.set(named, id);
  remembered.set(sql, found);
  // What this request already knew stays known to it, also where the memory was just started afresh.
  return (named) => found.get(named) ?? known.get(named);
}

const CUSTOMER_REQUIRED: ResolveCustomerError = {
  kind: "customer_required",
  message: "Name the customer in the X-Customer header or the field customer.",
};

/** By pool, because two databases in one process have different customers. */
const remembered = new WeakMap<object, Map<string, string>>();
const MOST_REMEMBERED = 50_000;
const UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
