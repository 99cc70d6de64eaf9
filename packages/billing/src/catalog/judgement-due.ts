import { GUARD_THRESHOLDS, type GuardProfile } from "@ratebook/core";
import type { Query } from "./publication.ts";

/** Which numbers of the guard a source that is read is judged by. */
export const guardProfileOf = (source: string): GuardProfile =>
  source === "openrouter" ? "openrouter" : "default";

/**
 * Whether looks and time alone have made something of a source due since its document was judged, so that the same bytes
 * are to be judged again: a price it no longer states may be retired, or a hold against flicker has lasted long enough.
 *
 * Costs one query. Nothing stays due after the judgement: what is retired is gone, and a change that another rule holds by
 * then says so.
 */
export async function isJudgementDue(sql: Query, source: string, now: Date): Promise<boolean> {
  const { missingSyncsMin, changeIntervalMinMs } = GUARD_THRESHOLDS[guardProfileOf(source)];
  const before = (ms: number) => new Date(now.getTime() - ms);
  // The look that asks is the last of them, and a day has one.
  const looks = missingSyncsMin - 1;
  const rows = await sql`
    select 1 from ratebook.claim c
    left join ratebook.offering_claim o on (o.source, o.offering) = (c.source, c.offering)
    where c.source = ${source} and c.missing_since is not null and (
      (c.missing_syncs >= ${looks} and c.missing_since <= ${before(looks * DAY_MS)})
      or c.valid_until <= ${now}
      or (o.deprecated_at <= ${now} and o.missing_since <= ${before(DAY_MS)}))
    union all
    select 1 from ratebook.proposal p
    join ratebook.claim c on (c.source, c.offering, c.meter, c.condition_key) =
      (p.source, p.offering, p.meter, p.condition_key)
    where p.source = ${source} and p.state = 'held' and p.rule = 'flicker'
      and c.accepted_at <= ${before(changeIntervalMinMs ?? 0)}
    limit 1`;
  return rows.length > 0;
}

const DAY_MS = 24 * 60 * 60 * 1000;
