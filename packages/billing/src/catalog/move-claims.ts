import { judgeAnew } from "./judgement-due.ts";
import type { Publication } from "./publication.ts";
import { termNames } from "./rate-rows.ts";

/**
 * Moves what a source says of one offering to another; where it says something of that one too, its own word stays.
 * Held changes of the old name fall, and the source's next document is read in full, whatever its validators say.
 *
 * @param move.to null: what the source says is dropped
 */
export async function moveClaims(
  { tx, now }: Publication,
  { source, from, to }: { source: string; from: string; to: string | null },
): Promise<void> {
  await judgeAnew(tx, [source]);
  if (from === to) return;
  if (to !== null) {
    const slash = to.indexOf("/");
    await tx`
      insert into ratebook.claim (source, sha256, accepted_at, missing_since, missing_syncs, ${termNames(tx)})
      select source, sha256, accepted_at, missing_since, missing_syncs, ${to}, meter, condition_key, conditions, usd,
        per, free, minimum, increment, included, own_cost, valid_from, valid_until, where_in_document
      from ratebook.claim c where source = ${source} and offering = ${from}
        and not exists (select from ratebook.claim own
          where own.source = c.source and own.offering = ${to} and own.meter = c.meter)`;
    await tx`
      insert into ratebook.offering_claim (source, offering, provider, model, modality, name, aliases, listed,
        default_request, source_url, checked_at, deprecated_at, missing_since)
      select source, ${to}, ${to.slice(0, slash)}, ${to.slice(slash + 1)}, modality, name, aliases, listed,
        default_request, source_url, checked_at, deprecated_at, missing_since
      from ratebook.offering_claim where source = ${source} and offering = ${from}
      on conflict (source, offering) do nothing`;
  }
  await tx`delete from ratebook.claim where source = ${source} and offering = ${from}`;
  await tx`delete from ratebook.offering_claim where source = ${source} and offering = ${from}`;
  await tx`
    update ratebook.proposal set state = 'superseded', decided_at = ${now}
    where source = ${source} and offering = ${from} and state in ('held', 'scheduled')`;
  // Nobody describes it any more: it is history, and not on sale by any rule.
  await tx`
    update ratebook.offering o set missing_since = coalesce(missing_since, ${now}), listed_by_rule = false,
      revision = (select max(revision) + 1 from ratebook.offering)
    where offering = ${from} and not exists (select from ratebook.offering_claim c where c.offering = o.offering)`;
}
