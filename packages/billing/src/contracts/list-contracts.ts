import { err, ok, type Result } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { ContractError } from "./contract-error.ts";
import { type ContractVersion, readContracts } from "./contract-version.ts";

export type ListedContract = ContractVersion & {
  customerName: string;
  state: ContractState;
};
export type ContractState = "scheduled" | "active" | "ended";

export type ContractList = { items: ListedContract[]; nextCursor: number | null };

export type ListContractsInput = {
  /** One customer, by our id or the platform's. */
  customer?: string | undefined;
  /** Part of a customer's name, e-mail address or external id, or a whole id of ours. */
  search?: string | undefined;
  state?: ContractState | undefined;
  /** Id of the plan they were made from. */
  plan?: string | undefined;
  /** Only those that hold or will, and end within so many days of 24 hours. */
  endsWithinDays?: number | undefined;
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: number | undefined;
};

/**
 * Contract versions, the newest first, a page at a time, all or those that every filter lets through; for operators.
 *
 * A customer that is named and that nobody knows is `customer_not_found`; a filter that nothing passes gives none.
 */
export async function listContracts(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: ListContractsInput,
): Promise<Result<ContractList, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = input.customer === undefined ? null : await resolveCustomer(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const now = ctx.clock();
  const found = await find(ctx, now, input, customer?.value.id ?? null);
  const page = found.slice(0, input.limit);
  const nameOf = new Map(page.map(({ version, customerName }) => [version, customerName]));
  const contracts = await readContracts(ctx.sql, { versions: [...nameOf.keys()], limit: input.limit });
  return ok({
    items: contracts.map((contract) => ({
      ...contract,
      customerName: nameOf.get(contract.version) ?? contract.customerId,
      state: contractState(contract, now),
    })),
    nextCursor: found.length > input.limit ? (page.at(-1)?.version ?? null) : null,
  });
}

/** One version more than the page holds, where there are more. */
function find(
  { sql }: Pick<Ctx, "sql">,
  now: Date,
  { search = "", state, plan, endsWithinDays, limit, cursor }: ListContractsInput,
  customerId: string | null,
) {
  const part = search.trim();
  const pattern = part === "" ? null : `%${part.replace(/[\\%_]/g, "\\$&")}%`;
  const endsBy = endsWithinDays === undefined ? null : new Date(now.getTime() + endsWithinDays * DAY_MS);
  // The states are those of `contractState`.
  return sql<{ version: number; customerName: string }[]>`
    select c.version, u.name as "customerName"
    from ratebook.contract_version c
    join ratebook.customer u on u.id = c.customer_id
    cross join lateral (select case
      when c.valid_until <= ${now} or c.valid_until <= c.valid_from then 'ended'
      when c.valid_from > ${now} then 'scheduled'
      else 'active' end as state) s
    where (${customerId}::uuid is null or c.customer_id = ${customerId})
      and (${pattern}::text is null or u.name ilike ${pattern} or u.email ilike ${pattern}
           or u.external_id ilike ${pattern} or u.id::text = lower(${part}))
      and (${state ?? null}::text is null or s.state = ${state ?? null})
      and (${plan ?? null}::text is null or c.plan = ${plan ?? null})
      and (${endsBy}::timestamptz is null or (s.state <> 'ended' and c.valid_until <= ${endsBy}))
      and (${cursor ?? null}::int is null or c.version < ${cursor ?? null})
    order by c.version desc limit ${limit + 1}`;
}

/** Where a version stands at an instant; one that was called off before it began is ended. */
export function contractState(
  { validFrom, validUntil }: Pick<ContractVersion, "validFrom" | "validUntil">,
  now: Date,
): ContractState {
  if (validUntil !== null && (validUntil <= now || validUntil <= validFrom)) return "ended";
  return validFrom > now ? "scheduled" : "active";
}

const DAY_MS = 24 * 60 * 60 * 1000;
