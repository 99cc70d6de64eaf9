import { err, ok, type Result, type StatedRate } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { putClaims } from "./accept-claims.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { OVERRIDE_SOURCE } from "./pricing-rules.ts";
import { inPublication, type Publication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import { reopenCorrected } from "./reopen-corrected.ts";

/** A meter of an offering that the operator prices by a dated word of their own. */
export type PriceOverride = {
  offering: string;
  meter: string;
  /** `edit`: a proposal was corrected. `rollback`: the rates of an earlier version are served again. */
  kind: "edit" | "rollback";
  proposalId: string | null;
  rolledBackTo: number | null;
  /** The version that brought it. */
  version: number | null;
  /** When the sources decide again; null: until somebody ends it. */
  until: Date | null;
  reason: string;
  createdBy: string;
  createdAt: Date;
};

/** An override with the rates it serves; none at all takes the meter out of service. */
export type OverrideDraft = Pick<
  PriceOverride,
  "offering" | "meter" | "kind" | "proposalId" | "rolledBackTo" | "until" | "reason"
> & { rates: readonly (StatedRate & { sha256: string })[] };

/**
 * Puts the operator's rates in the place of every source's for some meters; an earlier override of a meter is replaced.
 * The caller publishes the offerings afterwards and then names the version with `dateOverrides`.
 */
export async function putOverrides(
  publication: Publication,
  actor: Actor,
  drafts: readonly OverrideDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  const { tx, now } = publication;
  await dropClaims(publication, drafts);
  const rates = drafts.flatMap((draft) => draft.rates);
  for (const [sha256, group] of Map.groupBy(rates, (rate) => rate.sha256)) {
    await putClaims(publication, OVERRIDE_SOURCE, sha256, group);
  }
  const rows = drafts.map(({ rates: _rates, proposalId, rolledBackTo, ...draft }) => ({
    ...draft,
    proposal_id: proposalId,
    rolled_back_to: rolledBackTo,
  }));
  await tx`
    insert into ratebook.price_override (offering, meter, kind, proposal_id, rolled_back_to, until, reason, created_by,
      created_at)
    select offering, meter, kind, proposal_id, rolled_back_to, until, reason, ${actorLabel(actor).id}, ${now}
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (offering text, meter text, kind text,
      proposal_id uuid, rolled_back_to integer, until timestamptz, reason text)
    on conflict (offering, meter) do update set kind = excluded.kind, proposal_id = excluded.proposal_id,
      rolled_back_to = excluded.rolled_back_to, version = null, until = excluded.until, reason = excluded.reason,
      created_by = excluded.created_by, created_at = excluded.created_at`;
}

/** Notes which version brought the overrides that were just put. */
export async function dateOverrides({ tx, now }: Publication, version: number | null): Promise<void> {
  await tx`
    update ratebook.price_override set version = ${version} where version is null and created_at = ${now}`;
}

/**
 * Gives meters back to their sources; the caller publishes the offerings afterwards. What was corrected and is still said
 * is held again.
 */
export async function endOverridesWithin(
  publication: Publication,
  overrides: readonly { offering: string; meter: string }[],
): Promise<void> {
  if (overrides.length === 0) return;
  await dropClaims(publication, overrides);
  await publication.tx`
    delete from ratebook.price_override
    where offering || ' ' || meter = any(${overrides.map(({ offering, meter }) => `${offering} ${meter}`)})`;
  await reopenCorrected(publication, overrides);
}

/** The overrides in force, by offering and meter; for operators. */
export async function listOverrides(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<PriceOverride[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return ok(
    await ctx.sql<PriceOverride[]>`
      select offering, meter, kind, proposal_id as "proposalId", rolled_back_to as "rolledBackTo", version, until,
        reason, created_by as "createdBy", created_at as "createdAt"
      from ratebook.price_override order by offering, meter limit 20000`,
  );
}

export type EndOverridesInput = {
  offering?: string | undefined;
  meter?: string | undefined;
  /** Those that one version brought: undoes a rollback as a whole. */
  version?: number | undefined;
  reason: string;
};

/**
 * Lets the sources decide again over what the input names, as a new version. Ending what is not there changes nothing.
 *
 * `validation_error` where neither an offering nor a version is named.
 */
export async function endOverrides(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { offering, meter, version, reason }: EndOverridesInput,
): Promise<
  Result<
    { ended: number; version: number | null },
    CatalogAccessDenied | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (offering === undefined && version === undefined) {
    return err({ kind: "validation_error", field: "offering", message: "name an offering or a version" });
  }
  return inPublication(ctx, async (publication) => {
    const found = await publication.tx<{ offering: string; meter: string }[]>`
      select offering, meter from ratebook.price_override
      where (${offering ?? null}::text is null or offering = ${offering ?? null})
        and (${meter ?? null}::text is null or meter = ${meter ?? null})
        and (${version ?? null}::integer is null or version = ${version ?? null})`;
    if (found.length === 0) return ok({ ended: 0, version: null });
    await endOverridesWithin(publication, found);
    const offerings = [...new Set(found.map((it) => it.offering))];
    const published = await publishRates(publication, offerings, {
      source: OVERRIDE_SOURCE,
      note: `overrides ended: ${reason}`,
    });
    await auditCatalogue(publication, actor, {
      action: "override.end",
      subject: offering ?? `version ${version}`,
      before: { overrides: found.slice(0, 100), count: found.length },
      after: { version: published },
      reason,
    });
    return ok({ ended: found.length, version: published });
  });
}

async function dropClaims(
  { tx }: Publication,
  meters: readonly { offering: string; meter: string }[],
): Promise<void> {
  await tx`
    delete from ratebook.claim
    where source = ${OVERRIDE_SOURCE} and offering = any(${[...new Set(meters.map(({ offering }) => offering))]})
      and offering || ' ' || meter = any(${meters.map(({ offering, meter }) => `${offering} ${meter}`)})`;
}
