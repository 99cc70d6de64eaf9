import { DAY_MS } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";

/**
 * The instants within a UTC day at which an offering's price may have changed, in order: its own rates opened or closed,
 * became or ceased to be valid, or have hours; or another markup policy.
 */
export async function priceMoments(ctx: Pick<Ctx, "sql">, offering: string, day: Date): Promise<Date[]> {
  const end = new Date(day.getTime() + DAY_MS);
  const rows = await ctx.sql<{ at: Date }[]>`
    with priced as (
      select opened_version, closed_version, valid_from, valid_until, conditions from ratebook.rate
      where offering = ${offering} and (closed_at is null or closed_at > ${day}) and opened_at < ${end})
    select distinct at from (
      select v.active_from as at from priced p
      join ratebook.catalogue_version v on v.version in (p.opened_version, p.closed_version)
      union all select valid_from from priced
      union all select valid_until from priced
      union all select ${day}::timestamptz + (conditions ->> 'utc_from')::interval from priced
      union all select ${day}::timestamptz + (conditions ->> 'utc_to')::interval from priced
      union all select active_from from ratebook.markup_policy where active_from > ${day} and active_from < ${end}
    ) moments where at > ${day} and at < ${end} order by at`;
  return rows.map(({ at }) => at);
}
