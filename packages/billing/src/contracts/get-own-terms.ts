import {
  type ContractTerms,
  type Nanos,
  nanos,
  ok,
  periodStart,
  type Result,
  type TierProgress,
  tierProgress,
  type VolumeDiscount,
} from "@ratebook/core";
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

/** How far the present month has come for one volume discount. Volumes are nanos, or billionths of a unit. */
export type DiscountProgress = TierProgress & {
  discount: VolumeDiscount;
  /** False where only a contract that has ended this month had it. */
  counting: boolean;
  volume: bigint;
  /** What was counted before the discount, and what it took off. */
  gross: Nanos;
  given: Nanos;
};

export type OwnTerms = {
  /** The one that holds now, then those that begin later. */
  contracts: OwnContract[];
  /** First day of the present UTC month, and the instant the counts begin again. */
  month: string;
  resetsAt: Date;
  discounts: DiscountProgress[];
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
  const [versions, counts] = await Promise.all([
    readContracts(ctx.sql, { customerId, limit: 100 }),
    ctx.sql<Count[]>`
      select discount_id as discount, volume::text as volume, gross, given from ratebook.contract_volume
      where customer_id = ${customerId} and month = ${month} order by discount_id limit 100`,
  ]);
  const started = new Date(`${month}T00:00:00Z`);
  return ok({
    contracts: versions
      .map((version) => ownContract(version, now))
      .filter(({ state }) => state !== "ended")
      .sort((a, b) => a.validFrom.getTime() - b.validFrom.getTime()),
    month,
    resetsAt: periodStart(started, "month", 1),
    discounts: discountsOf(versions, now, started).map(({ discount, counting }) =>
      progressOf(discount, counting, counts),
    ),
  });
}

type Count = { discount: string; volume: string; gross: Nanos; given: Nanos };

/** Discounts of the contract that holds, then those that only others of this month had. */
function discountsOf(versions: readonly ContractVersion[], now: Date, started: Date) {
  const active = versions.filter((version) => contractState(version, now) === "active");
  const others = versions.filter(
    (version) =>
      contractState(version, now) === "ended" &&
      (version.validUntil ?? now) > started &&
      (version.validUntil ?? now) > version.validFrom,
  );
  const found = new Map<string, { discount: VolumeDiscount; counting: boolean }>();
  for (const version of [...active, ...others]) {
    for (const discount of version.terms.discounts) {
      // A later version with the same id goes on counting.
      if (!found.has(discount.id)) found.set(discount.id, { discount, counting: active.includes(version) });
    }
  }
  return [...found.values()];
}

function progressOf(discount: VolumeDiscount, counting: boolean, counts: readonly Count[]): DiscountProgress {
  const count = counts.find((it) => it.discount === discount.id);
  const volume = BigInt(count?.volume ?? 0);
  return {
    discount,
    counting,
    volume,
    gross: count?.gross ?? nanos(0n),
    given: count?.given ?? nanos(0n),
    ...tierProgress(discount, volume),
  };
}

const ownContract = (version: ContractVersion, now: Date): OwnContract => ({
  contract: version.label,
  state: contractState(version, now),
  validFrom: version.validFrom,
  validUntil: version.validUntil,
  terms: version.terms,
});
