import type { Sql } from "@ratebook/db";
import { isWithinBand, type SizedRate } from "./allowed-prices.ts";

/** A source's last good word on one price. */
export type ClaimedPrice = SizedRate & { free: boolean; usable: boolean };

/** What a source's last good words are, by "offering meter conditions". */
export type Claims = ReadonlyMap<string, ClaimedPrice>;

/** One price that became a source's last good word, or stopped being one. */
export type Activation = { key: string; before: ClaimedPrice | null; after: ClaimedPrice | null };

export async function readClaims(sql: Sql, source: string): Promise<Claims> {
  const rows = await sql<(ClaimedPrice & { key: string })[]>`
    select offering || ' ' || meter || ' ' || condition_key as key, offering, meter, trim_scale(usd)::text as usd, per,
      free, usd is not null and usd <> 'NaN' and per > 0 and (usd > 0 or (usd = 0 and free)) as usable
    from ratebook.claim where source = ${source}`;
  return new Map(rows.map(({ key, ...price }) => [key, price]));
}

/** The differences of a source's words, before and after a document. */
export function activationsBetween(before: Claims, after: Claims): Activation[] {
  const activations: Activation[] = [];
  for (const [key, price] of after) {
    const old = before.get(key);
    if (old === undefined || old.usd !== price.usd || old.per !== price.per || old.free !== price.free) {
      activations.push({ key, before: old ?? null, after: price });
    }
  }
  for (const [key, price] of before) {
    if (!after.has(key)) activations.push({ key, before: price, after: null });
  }
  return activations;
}

/** Whether an activation moved a price by more than half or double. */
export const isJump = ({ before, after }: Activation): boolean =>
  before !== null && after !== null && (before.free !== after.free || !isWithinBand(before, after));
