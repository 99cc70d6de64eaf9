import { CREDITS_PER_USD, type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../../accounts/resolve-customer.ts";
import type { Actor } from "../../actor.ts";
import { readStanding } from "../../usage/get-balance.ts";
import { resolveReadable } from "../../usage/resolve-readable.ts";
import { readPurchaseLimits } from "../purchase-limits.ts";
import type { X402Ctx } from "./x402-outcome.ts";

/** What a customer may buy with tokens, and what they have. */
export type X402Offer = {
  balance: Nanos;
  enabled: boolean;
  creditsPerDollar: number;
  minimum: Nanos;
  maximum: Nanos;
  /** What is sold where no amount is named. */
  defaultAmount: Nanos;
  /** Null where nothing is sold for tokens. */
  rail: { network: string; networkV1: string | null; asset: string; payTo: string } | null;
};

/** Says whether and for how much credits are sold for tokens. Reads no chain. */
export async function x402Offer(
  ctx: X402Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<X402Offer, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const [{ balance }, { min, max }] = await Promise.all([
    readStanding(ctx, customer.value.id),
    readPurchaseLimits(ctx),
  ]);
  const { x402 } = ctx;
  return ok({
    balance,
    enabled: x402 !== undefined,
    creditsPerDollar: CREDITS_PER_USD,
    minimum: min,
    maximum: max,
    defaultAmount: min,
    rail:
      x402 === undefined
        ? null
        : { network: x402.network, networkV1: x402.networkV1, asset: x402.asset, payTo: x402.payTo },
  });
}
