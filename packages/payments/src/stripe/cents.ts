/** Stripe's whole cents as ours; throws where they are not whole. */
export const toCents = (amount: number): bigint => BigInt(amount);

/** Our cents as Stripe wants them; throws where a JSON number could not carry them. */
export function fromCents(cents: bigint): number {
  if (cents < 0n || cents > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`${cents} cents`);
  return Number(cents);
}

/** Stripe's seconds since 1970 as an instant. */
export const toDate = (seconds: number): Date => new Date(seconds * 1000);

/** An instant as Stripe's seconds, rounded down: a list that starts there misses nothing. */
export const fromDate = (date: Date): number => Math.floor(date.getTime() / 1000);

/** The id of an object that may be expanded, deleted or absent. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : value.id;
}
