import {
  type Meter,
  type Nanos,
  nanos,
  ok,
  poolsOf,
  type Quantity,
  quantity,
  type Result,
  roundHalfEven,
  type Unrated,
} from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { VolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { type PricedUsage, priceUsage } from "../usage/price-draft.ts";
import type { ResourceKind } from "./kinds.ts";

/**
 * Prices a quantity of a resource's meter at an instant, by the catalogue that prices every other usage.
 *
 * @param contract the customer's; a day is priced under one, the one that holds when it begins
 * @param book how far the customer's month has come in volume discounts; default: not at all
 */
export function priceQuantity(
  ctx: Pick<Ctx, "catalogue">,
  { offering, meter }: { offering: string; meter: Meter },
  used: Quantity,
  at: Date,
  contract: ContractVersion | null,
  book?: VolumeBook,
): Result<PricedUsage, Unrated> | Promise<Result<PricedUsage, Unrated>> {
  const pools = poolsOf([[meter, used]]);
  const question = { customerId: null, contract, book, offering, pools, at, pinned: null };
  return priceUsage(ctx, { ...question, dimensions: {}, billing: "platform" });
}

/**
 * Prices a whole day at the price of now: of so many 1792ths, or so many bytes.
 *
 * @param amount weight of a kind that runs, bytes of one that stores
 */
export async function priceDay(
  ctx: Pick<Ctx, "catalogue" | "clock">,
  kind: ResourceKind,
  amount: bigint,
  customerId: string,
): Promise<Result<Nanos, Unrated>> {
  if (amount === 0n) return ok(nanos(0n));
  const now = ctx.clock();
  const contract = ctx.catalogue.contractAt(customerId, now);
  const priced = await priceQuantity(ctx, kind, dayQuantity(kind, amount), now, contract);
  return priced.ok ? ok(priced.value.total) : priced;
}

/** The same as an amount to show; null where it has no price. */
export async function dailyCost(...day: Parameters<typeof priceDay>): Promise<Nanos | null> {
  const priced = await priceDay(...day);
  return priced.ok ? priced.value : null;
}

/** Weight as days of the flat size; bytes as GB of a day, exactly. */
const dayQuantity = ({ measure }: ResourceKind, amount: bigint): Quantity =>
  measure === "stored"
    ? quantity(amount)
    : quantity(roundHalfEven({ num: amount * QUANTITIES, den: FLAT_WEIGHT }));

const QUANTITIES = 1_000_000_000n;
const FLAT_WEIGHT = 1792n;
