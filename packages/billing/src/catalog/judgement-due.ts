import { GUARD_THRESHOLDS, type GuardProfile } from "@ratebook/core";
import type { Query } from "./publication.ts";

/** Which numbers of the guard a source that is read is judged by. */
export const guardProfileOf = (source: string): GuardProfile =>
  source === "openrouter" ? "openrouter" : "default";

/**
 * Has the next document of some sources asked for whole and judged in full, though it be the same bytes: what stood
 * between the guard and what they say is gone, and nothing of it is decided yet.
 */
export async function judgeAnew(sql: Query, sources: readonly string[]): Promise<void> {
  if (sources.length === 0) return;
  await sql`update ratebook.source_state set judge_anew = true where source = any(${[...new Set(sources)]})`;
}

/**
 * Whether something of a source became due since its document was judged, so that the same bytes are to be judged again:
 * somebody asked for it (`judgeAnew`), or by looks and time alone a price it no longer states may be retired, or a hold
 * against flicker has lasted long enough.
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
    select 1 from ratebook.source_state where source = ${source} and judge_anew
    union all
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
