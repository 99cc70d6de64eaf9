declare const unit: unique symbol;

/** A signed amount in nanodollars: 1 USD = 1_000_000_000n. The ledger's only unit. */
export type Nanos = bigint & { readonly [unit]: "nanos" };

/** 1 USD in nanos. */
export const NANOS_PER_USD = 1_000_000_000n;

/** Credits a customer gets for one dollar. Everything that converts reads this constant. */
export const CREDITS_PER_USD = 1;

/** Names a bigint that is already in nanodollars as money. */
export const nanos = (amount: bigint): Nanos => amount as Nanos;

/** No money. */
export const ZERO_NANOS: Nanos = nanos(0n);

/** The same amount the other way. */
export const negate = (amount: Nanos): Nanos => nanos(0n - amount);

/** The lesser of two amounts. */
export const lesser = (a: Nanos, b: Nanos): Nanos => (b < a ? b : a);
