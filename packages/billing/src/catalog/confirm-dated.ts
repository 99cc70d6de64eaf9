import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { judgeAnew } from "./judgement-due.ts";
import { isOwnSource } from "./permission.ts";
import { freshnessBySource } from "./priced-model.ts";
import { fingerprintOfRate } from "./proposals.ts";
import { inPublication, type Publication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import { type Claim, claimColumns, claimKey, pointKey, termNames, termsRow, termTypes } from "./rate-rows.ts";

/**
 * Confirms rates that a source dated into the future, shortly before they are due: its source has to be fresh and still
 * state them. One that is not confirmed is held instead, the price before it is served on, and the source's next
 * document is judged in full, so that reading it again confirms it. The operator's own dates need no confirmation.
 *
 * @returns how many were held
 */
export async function confirmDatedRates(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
): Promise<number> {
  const due = await readDue(ctx);
  if (due.length === 0) return 0;
  const freshness = await freshnessBySource(ctx);
  const unconfirmed = due.filter(
    ({ source, missingSince }) => missingSince !== null || freshness.get(source)?.stale === true,
  );
  if (unconfirmed.length === 0) return 0;
  return inPublication(ctx, async (publication) => {
    for (const claim of unconfirmed) await holdDated(publication, actor, claim);
    const offerings = [...new Set(unconfirmed.map(({ offering }) => offering))];
    await publishRates(publication, offerings, {
      source: "dates",
      note: "dated rates that nothing confirmed",
    });
    return unconfirmed.length;
  });
}

async function readDue({ sql, clock }: Pick<Ctx, "sql" | "clock">): Promise<Claim[]> {
  const now = clock();
  const soon = new Date(now.getTime() + LEAD_MS);
  const claims = await sql<Claim[]>`
    select ${claimColumns(sql)} from ratebook.claim where valid_from > ${now} and valid_from <= ${soon}`;
  return claims.filter(({ source }) => !isOwnSource(source));
}

async function holdDated(publication: Publication, actor: Actor, claim: Claim): Promise<void> {
  const { tx, now, newId } = publication;
  const { source, offering, meter, validFrom } = claim;
  const id = newId();
  const reason = `${offering} ${meter} is dated ${validFrom?.toISOString()}, and its source did not confirm it when due`;
  await tx`
    delete from ratebook.claim where source = ${source} and offering = ${offering} and meter = ${meter}
      and condition_key = ${pointKey(claim)}`;
  // What it was to follow goes on.
  await tx`
    update ratebook.claim set valid_until = null
    where source = ${source} and offering = ${offering} and meter = ${meter} and valid_until = ${validFrom}
      and conditions = ${JSON.stringify(claim.when)}::text::jsonb`;
  await judgeAnew(tx, [source]);
  await tx`
    insert into ratebook.proposal (id, source, sha256, state, created_at, action, rule, reason, change, fingerprint,
      new_usd, new_per, offering, meter, condition_key, conditions, free, minimum, increment, included, own_cost,
      valid_from, valid_until, where_in_document)
    select ${id}, ${source}, ${claim.sha256}, 'held', ${now}, 'hold', 'unconfirmed_date', ${reason}, 'added',
      ${fingerprintOfRate(claim)}, usd, per, offering, meter, condition_key, conditions, free, minimum, increment,
      included, own_cost, valid_from, valid_until, where_in_document
    from (select ${termNames(tx)} from json_to_recordset(${JSON.stringify([termsRow(claim)])}::json)
      as row (${termTypes(tx)})) rate
    on conflict do nothing`;
  await auditCatalogue(publication, actor, {
    action: "rate.unconfirmed",
    subject: claimKey(claim),
    after: { proposal: id, validFrom: validFrom?.toISOString() ?? null },
    reason,
  });
}

/** Longer than the time between two looks at the prices, so that each dated rate is looked at before it is due. */
const LEAD_MS = 11 * 60 * 1000;
