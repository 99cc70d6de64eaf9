import type { Ctx } from "../ctx.ts";

/** How far customers' months have come, as known when a batch of events is priced. */
export type VolumeBook = {
  /** The month's volume of a discount so far: nanos, or billionths of a unit. */
  positionOf: (customerId: string, discountId: string, month: string) => bigint;
  /** Counts what was just priced, so that the next event of the batch starts behind it. */
  add: (customerId: string, discountId: string, month: string, volume: bigint) => void;
};

/**
 * Reads the volume counts a batch of events needs, in one query; none where no customer of the batch has volume discounts.
 *
 * What others post at the same time is not in it: closing the month makes up for that (`close-volume.ts`).
 */
export async function openVolumeBook(
  { sql, catalogue }: Pick<Ctx, "sql" | "catalogue">,
  events: readonly { customerId: string; at: Date }[],
): Promise<VolumeBook> {
  const tiered = events.filter(({ customerId }) => catalogue.hasTiers(customerId));
  if (tiered.length === 0) return emptyBook();
  const rows = await sql<{ customerId: string; discountId: string; month: string; volume: string }[]>`
    select v.customer_id as "customerId", v.discount_id as "discountId", v.month::text as month, v.volume::text as volume
    from (select distinct * from unnest(${tiered.map(({ customerId }) => customerId)}::uuid[],
      ${tiered.map(({ at }) => monthOf(at))}::text[]) as k(customer_id, month)) k
    join ratebook.contract_volume v on v.customer_id = k.customer_id and v.month = k.month::date`;
  const book = emptyBook();
  for (const row of rows) book.add(row.customerId, row.discountId, row.month, BigInt(row.volume));
  return book;
}

/** A book that knows of no volume: previews for nobody in particular. */
export function emptyBook(): VolumeBook {
  const volumes = new Map<string, bigint>();
  const key = (...parts: readonly string[]) => parts.join(" ");
  return {
    positionOf: (customerId, discountId, month) => volumes.get(key(customerId, discountId, month)) ?? 0n,
    add(customerId, discountId, month, volume) {
      const name = key(customerId, discountId, month);
      volumes.set(name, (volumes.get(name) ?? 0n) + volume);
    },
  };
}

/** The first day of an instant's UTC month. */
export const monthOf = (at: Date): string => `${at.toISOString().slice(0, 7)}-01`;
