import { type ContractTerms, type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { type ContractVersion, readContracts } from "./contract-version.ts";
import { type ContractState, contractState } from "./list-contracts.ts";
import { monthOf } from "./volume-book.ts";

/** A contract as its customer sees it. */
export type OwnContract = {
  contract: string;
  state: ContractState;
  validFrom: Date;
  validUntil: Date | null;
  terms: ContractTerms;
};

export type OwnTerms = {
  /** The one that holds now, then those that begin later. */
  contracts: OwnContract[];
  /** First day of the present UTC month, and its volume by discount: nanos, or billionths of a unit. */
  month: string;
  volumes: { discount: string; volume: bigint; gross: Nanos; given: Nanos }[];
};

/** What a customer agreed with the operator, and how far the month has come; for the customer's own people and keys. */
export async function getOwnTerms(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<OwnTerms, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const now = ctx.clock();
  const month = monthOf(now);
  const [versions, volumes] = await Promise.all([
    readContracts(ctx.sql, { customerId, limit: 100 }),
    ctx.sql<{ discount: string; volume: string; gross: Nanos; given: Nanos }[]>`
      select discount_id as discount, volume::text as volume, gross, given from ratebook.contract_volume
      where customer_id = ${customerId} and month = ${month} order by discount_id limit 100`,
  ]);
  return ok({
    contracts: versions
      .map((version) => ownContract(version, now))
      .filter(({ state }) => state !== "ended")
      .sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime()),
    month,
    volumes: volumes.map((row) => ({ ...row, volume: BigInt(row.volume) })),
  });
}

const ownContract = (version: ContractVersion, now: Date): OwnContract => ({
  contract: version.label,
  state: contractState(version, now),
  validFrom: version.validFrom,
  validUntil: version.validUntil,
  terms: version.terms,
});
