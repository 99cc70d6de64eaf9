import type { OfferingInfo } from "./catalogue.ts";
import type { SourceFreshness } from "./sources.ts";

/**
 * Why an offering's prices are older than they should be, in one sentence; null where they are not: a source they come
 * from was not read in time, or was, but no longer names the offering.
 */
export function staleBecause(
  rates: readonly { source: string }[],
  info: Pick<OfferingInfo, "missingSince" | "source"> | null,
  freshness: ReadonlyMap<string, SourceFreshness>,
  now: Date,
): string | null {
  for (const { source } of rates) {
    const read = freshness.get(source);
    if (read?.stale !== true) continue;
    return read.checkedAt === null
      ? `${read.title} was never read.`
      : `${read.title} was last read ${read.checkedAt.toISOString()}, more than ${read.freshnessHours} hours ago.`;
  }
  const missingSince = info?.missingSince ?? null;
  const hours = info === null ? null : (freshness.get(info.source)?.freshnessHours ?? null);
  if (missingSince === null || hours === null || rates.length === 0) return null;
  return now.getTime() - missingSince.getTime() > hours * 3_600_000
    ? `${info?.source} has not named it since ${missingSince.toISOString()}; its last good prices are served on.`
    : null;
}
