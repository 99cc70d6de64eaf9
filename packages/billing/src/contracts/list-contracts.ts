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

/** Contract versions, the newest first, of one customer or of all; for operators. */
export async function listContracts(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: { customer?: string | undefined; limit: number; cursor?: number | undefined },
): Promise<Result<ContractList, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = input.customer === undefined ? null : await resolveCustomer(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const found = await readContracts(ctx.sql, {
    ...(customer !== null && { customerId: customer.value.id }),
    ...(input.cursor !== undefined && { before: input.cursor }),
    limit: input.limit + 1,
  });
  const page = found.slice(0, input.limit);
  const ids = page.map(({ customerId }) => customerId);
  const names = await ctx.sql<{ id: string; name: string }[]>`
    select id, name from ratebook.customer where id = any(${ids}::uuid[])`;
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const now = ctx.clock();
  return ok({
    items: page.map((contract) => ({
      ...contract,
      customerName: nameOf.get(contract.customerId) ?? contract.customerId,
      state: contractState(contract, now),
    })),
    nextCursor: found.length > input.limit ? (page.at(-1)?.version ?? null) : null,
  });
}

/** Where a version stands at an instant; one that was called off before it began is ended. */
export function contractState(
  { validFrom, validUntil }: Pick<ContractVersion, "validFrom" | "validUntil">,
  now: Date,
): ContractState {
  if (validUntil !== null && (validUntil <= now || validUntil <= validFrom)) return "ended";
  return validFrom > now ? "scheduled" : "active";
}
