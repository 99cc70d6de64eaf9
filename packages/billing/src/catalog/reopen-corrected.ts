import { judgeAnew } from "./judgement-due.ts";
import { sharedTerms } from "./proposals.ts";
import type { Publication } from "./publication.ts";

/**
 * Lets corrections of some meters lapse and holds anew what their sources still say there: kept out while the correction
 * stood, it is undecided from this instant, alarms, and lapses in its turn. The sources' next documents are judged in
 * full, which lets through what the guard has no reason left to hold.
 */
export async function reopenCorrected(
  { tx, now, newId }: Publication,
  meters: readonly { offering: string; meter: string }[],
): Promise<void> {
  const corrected = await tx<{ id: string; source: string }[]>`
    update ratebook.proposal set lapsed_at = ${now}
    where state = 'edited' and lapsed_at is null
      and offering || ' ' || meter = any(${meters.map(({ offering, meter }) => `${offering} ${meter}`)})
    returning id, source`;
  if (corrected.length === 0) return;
  const rows = corrected.map(({ id }) => ({ id: newId(), corrected: id }));
  await tx`
    insert into ratebook.proposal (id, source, sha256, run_id, state, created_at, action, rule, reason, change, ratio,
      fingerprint, old_usd, old_per, new_usd, new_per, ${sharedTerms(tx)})
    select row.id, source, sha256, run_id, 'held', ${now}, action, rule, replace(reason, ${ENDED}, '') || ${ENDED}, change, ratio,
      fingerprint, old_usd, old_per, new_usd, new_per, ${sharedTerms(tx)}
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (id uuid, corrected uuid)
    join ratebook.proposal p on p.id = row.corrected
    on conflict do nothing`;
  await judgeAnew(
    tx,
    corrected.map(({ source }) => source),
  );
}

const ENDED = "; the correction of it has ended";
