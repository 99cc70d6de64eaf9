import { err, ok, type Result, type VolumeDiscount } from "@ratebook/core";
import { type ResolveCustomerError, resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { ContractVersion } from "./contract-version.ts";

/** The contract that prices on a list were made by. */
export type AppliedContract = {
  /** Its name, as receipts have it. */
  contract: string;
  validFrom: Date;
  validUntil: Date | null;
  priceLock: { catalogueVersion: number; until: Date } | null;
  /** Taken off a debit besides, by the month's volume: the prices of the list are those before them. */
  volumeDiscounts: VolumeDiscount[];
};

/** Whose prices a list shows: everybody's, or those of a customer with a contract. */
export type PricesShown = { prices: "standard" | "contract"; contract: AppliedContract | null };

/**
 * The contract whose prices an actor is shown at an instant; null for everybody's prices.
 *
 * A customer's own people and keys are shown its prices, whatever their scopes: they pay them, and a quote tells them too.
 * Operators and services see everybody's unless they name a customer. Fails as `resolveCustomer` does, and with
 * `access_denied` where somebody without a credential names one.
 *
 * @param actor null: nobody has shown a credential
 */
export async function pricesFor(
  ctx: Pick<Ctx, "sql" | "catalogue">,
  actor: Actor | null,
  customer: string | undefined,
  at: Date,
): Promise<Result<ContractVersion | null, ResolveCustomerError>> {
  if (actor === null) {
    return customer === undefined
      ? ok(null)
      : err({ kind: "access_denied", message: "Send a key to see the prices of a customer." });
  }
  const isOwn = actor.kind === "key" || actor.kind === "member" || actor.kind === "portal";
  if (!isOwn && customer === undefined) return ok(null);
  const found = await resolveCustomer(ctx, actor, customer);
  return found.ok ? ok(ctx.catalogue.contractAt(found.value.id, at)) : found;
}

/** What a list says of the contract that made its prices. */
export const pricesShown = (contract: ContractVersion | null): PricesShown =>
  contract === null
    ? { prices: "standard", contract: null }
    : {
        prices: "contract",
        contract: {
          contract: contract.label,
          validFrom: contract.validFrom,
          validUntil: contract.validUntil,
          priceLock: contract.lock && {
            catalogueVersion: contract.lock.catalogueVersion,
            until: contract.lock.until,
          },
          volumeDiscounts: contract.terms.discounts,
        },
      };
