import { err, ok, type Result, runwayHours } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readRunways } from "../resources/read-runways.ts";
import { CUSTOMER_COLUMNS, type CustomerRow, type CustomerStanding, withWallets } from "./read-customers.ts";
import type { ResolveCustomerError } from "./resolve-customer.ts";

/** A part of the customers, by how they stand. */
export type CustomerFilter = "owing" | "suspended" | "warned" | "auto_top_up" | "contract";

/** A customer in the operator's list. */
export type ListedCustomer = CustomerStanding & {
  /** Whole hours its credits last at today's pace; null where nothing is being spent. */
  runwayHours: number | null;
  autoTopUp: "off" | "on" | "suspended" | "frozen";
  /** The version that holds now. */
  contract: number | null;
};

export type ListCustomersInput = {
  /** Part of a name, an e-mail address, an external id, or a whole id of ours. */
  search?: string | undefined;
  filter?: CustomerFilter | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Customers with how they stand, newest first, a page at a time; for operators. */
export async function listCustomers(
  ctx: Ctx,
  actor: Actor,
  { search, filter, limit, cursor }: ListCustomersInput,
): Promise<Result<{ items: ListedCustomer[]; nextCursor: string | null }, ResolveCustomerError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may list customers." });
  }
  const now = ctx.clock();
  const part = search?.trim() ?? "";
  const pattern = part === "" ? null : `%${part.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await ctx.sql<(CustomerRow & Terms)[]>`
    select ${ctx.sql.unsafe(CUSTOMER_COLUMNS)}, t.enabled, t.suspended, t.frozen, v.version as contract
    from ratebook.customer c
    join ratebook.wallet w on w.bucket = ratebook.bucket_of(c.id) and w.account_id = c.id
    left join ratebook.shutdown_notice n on n.customer_id = c.id
    left join lateral (select a.enabled, a.suspended_at is not null as suspended, a.frozen_by <> '{}' as frozen
      from ratebook.auto_top_up a where a.customer_id = c.id) t on true
    left join lateral (select x.version from ratebook.contract_version x where x.customer_id = c.id
      and x.valid_from <= ${now} and (x.valid_until is null or x.valid_until > ${now})) v on true
    where (${pattern}::text is null or c.name ilike ${pattern} or c.email ilike ${pattern}
           or c.external_id ilike ${pattern} or c.id::text = lower(${part}))
      and case ${filter ?? "all"}
        when 'owing' then w.debt > 0
        when 'suspended' then w.status = 'suspended' or w.debt > w.debt_cap
        when 'warned' then n.state in ('warned', 'stopping', 'stopped')
        when 'auto_top_up' then t.enabled
        when 'contract' then v.version is not null
        else true
      end
      and (${cursor ?? null}::uuid is null or c.id < ${cursor ?? null}::uuid)
    order by c.id desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const ids = page.map(({ id }) => id);
  const [standing, runways] = await Promise.all([withWallets(ctx, page), readRunways(ctx, ids)]);
  const items = standing.map(({ enabled, suspended, frozen, ...customer }): ListedCustomer => {
    const hours = runwayHours(runways.get(customer.id)?.runwayMs ?? null);
    const on = frozen === true ? "frozen" : suspended === true ? "suspended" : "on";
    return {
      ...customer,
      autoTopUp: enabled === true ? on : "off",
      runwayHours: hours === null ? null : Number(hours),
    };
  });
  return ok({ items, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null });
}

/** Null where nothing was ever set. */
type Terms = {
  enabled: boolean | null;
  suspended: boolean | null;
  frozen: boolean | null;
  contract: number | null;
};
