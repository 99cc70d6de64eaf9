import { err, ok, type PriceDocument, type Result } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import type { DocumentAlert, RefusedPrice } from "./judge-document.ts";
import { moveClaims } from "./move-claims.ts";
import { describeOfferings } from "./offering-claims.ts";
import { type CatalogAccessDenied, isOwnSource, refuseUnlessOperator } from "./permission.ts";
import { inPublication, type Publication, type Query } from "./publication.ts";
import { lastVersion, publishRates } from "./publish-rates.ts";
import type { OfferingNotFound } from "./set-listed.ts";

/** What the operator says a source means by a name. */
export type OfferingIdentity = {
  source: string;
  /** `provider/model` as the source has it. */
  sourceOffering: string;
  /** Ours; null: what the source says of it is left out. */
  offering: string | null;
  reason: string;
  createdBy: string;
  createdAt: Date;
};

/** What one source calls an offering. */
export type SourceName = {
  source: string;
  /** The source's own names for it: mapped ones, else ours. */
  called: string[];
  by: "name" | "mapping";
  name: string | null;
  aliases: string[];
  missingSince: Date | null;
};

/** The mappings of one source, or of all, by name; for operators. */
export async function listIdentities(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { source }: { source?: string | undefined },
): Promise<Result<OfferingIdentity[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok(await readIdentities(ctx.sql, source ?? null));
}

/** What every source calls an offering, and its aliases; for operators. */
export async function getIdentity(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { offering }: { offering: string },
): Promise<
  Result<
    { offering: string; aliases: string[]; sources: SourceName[] },
    CatalogAccessDenied | OfferingNotFound
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const [known] = await sql<{ aliases: string[] }[]>`
    select aliases from ratebook.offering where offering = ${offering}`;
  if (!known) return err({ kind: "offering_not_found", offering });
  const mapped = Map.groupBy(
    (await readIdentities(sql, null)).filter((identity) => identity.offering === offering),
    ({ source }) => source,
  );
  const claims = await sql<Omit<SourceName, "called" | "by">[]>`
    select source, name, aliases, missing_since as "missingSince" from ratebook.offering_claim
    where offering = ${offering} order by source`;
  return ok({
    offering,
    aliases: known.aliases,
    sources: claims.map((claim): SourceName => {
      const names = mapped.get(claim.source)?.map(({ sourceOffering }) => sourceOffering);
      return { ...claim, called: names ?? [offering], by: names ? "mapping" : "name" };
    }),
  });
}

export type SetIdentityInput = {
  source: string;
  sourceOffering: string;
  /** Null leaves out what the source says of it. */
  offering: string | null;
  reason: string;
};

export type IdentityError =
  | CatalogAccessDenied
  | { kind: "validation_error"; field: string; message: string };

/**
 * Says which of our offerings a source means by a name. What the source said so far moves there at once, as a new
 * version, and its next document is read anew in full under the mapping. Setting it again replaces it.
 */
export async function setIdentity(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { source, sourceOffering, offering, reason }: SetIdentityInput,
): Promise<Result<{ version: number | null }, IdentityError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (isOwnSource(source)) {
    return err({
      kind: "validation_error",
      field: "source",
      message: "the operator's own documents use our names",
    });
  }
  if (offering === sourceOffering) {
    return err({
      kind: "validation_error",
      field: "offering",
      message: "is what the source calls it already",
    });
  }
  return inPublication(ctx, async (publication) => {
    const { tx, now } = publication;
    const [before] = await tx<{ offering: string | null }[]>`
      select offering from ratebook.offering_identity where source = ${source} and source_offering = ${sourceOffering}`;
    await tx`
      insert into ratebook.offering_identity (source, source_offering, offering, reason, created_by, created_at)
      values (${source}, ${sourceOffering}, ${offering}, ${reason}, ${actorLabel(actor).id}, ${now})
      on conflict (source, source_offering) do update set offering = excluded.offering, reason = excluded.reason,
        created_by = excluded.created_by, created_at = excluded.created_at`;
    const from = before?.offering ?? sourceOffering;
    const version = await follow(publication, { source, from, to: offering });
    await auditCatalogue(publication, actor, {
      action: "identity.set",
      subject: `${source} ${sourceOffering}`,
      before: before ?? null,
      after: { offering, version },
      reason,
    });
    return ok({ version });
  });
}

/** Takes a mapping back: the source's word counts for its own name again. `identity_not_found` where there is none. */
export async function removeIdentity(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { source, sourceOffering, reason }: Omit<SetIdentityInput, "offering">,
): Promise<
  Result<
    { version: number | null },
    CatalogAccessDenied | { kind: "identity_not_found"; source: string; name: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(
    ctx,
    async (
      publication,
    ): Promise<
      Result<{ version: number | null }, { kind: "identity_not_found"; source: string; name: string }>
    > => {
      const [before] = await publication.tx<{ offering: string | null }[]>`
        delete from ratebook.offering_identity where source = ${source} and source_offering = ${sourceOffering}
        returning offering`;
      if (!before) return err({ kind: "identity_not_found", source, name: sourceOffering });
      const version =
        before.offering === null
          ? await follow(publication, { source, from: sourceOffering, to: sourceOffering })
          : await follow(publication, { source, from: before.offering, to: sourceOffering });
      await auditCatalogue(publication, actor, {
        action: "identity.remove",
        subject: `${source} ${sourceOffering}`,
        before,
        after: { version },
        reason,
      });
      return ok({ version });
    },
  );
}

/** A document in our names, and what was left out on the way. */
export async function applyIdentities(
  sql: Query,
  document: PriceDocument,
  refused: readonly RefusedPrice[],
): Promise<{ document: PriceDocument; refused: readonly RefusedPrice[]; alerts: DocumentAlert[] }> {
  const identities = await readIdentities(sql, document.source);
  if (identities.length === 0) return { document, refused, alerts: [] };
  const mapped = new Map(identities.map(({ sourceOffering, offering }) => [sourceOffering, offering]));
  const idOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;
  const taken = new Set(document.offerings.map(idOf).filter((id) => !mapped.has(id)));
  const alerts: DocumentAlert[] = [];
  const offerings = document.offerings.flatMap((offering) => {
    const id = idOf(offering);
    const ours = mapped.get(id);
    if (ours === undefined) return [offering];
    if (ours === null) return [];
    if (taken.has(ours)) {
      const detail = `${id} is mapped to ${ours}, which the document states as well; the mapped one is left out`;
      alerts.push({ kind: "identity_conflict", where: offering.rates[0]?.where ?? "", detail });
      return [];
    }
    taken.add(ours);
    const slash = ours.indexOf("/");
    return [{ ...offering, provider: ours.slice(0, slash), model: ours.slice(slash + 1) }];
  });
  const named = refused.map((row) => {
    const ours = row.offering === null ? undefined : mapped.get(row.offering);
    return ours === undefined ? row : { ...row, offering: ours };
  });
  return { document: { ...document, offerings }, refused: named, alerts };
}

/** Moves what a source said and makes the prices and descriptions follow. */
async function follow(
  publication: Publication,
  move: { source: string; from: string; to: string | null },
): Promise<number | null> {
  await moveClaims(publication, move);
  const touched = [...new Set([move.from, ...(move.to === null ? [] : [move.to])])];
  const version = await publishRates(publication, touched, {
    source: move.source,
    note: `identity of ${move.from}`,
  });
  await describeOfferings(publication, touched, version ?? (await lastVersion(publication)));
  return version;
}

const readIdentities = (sql: Query, source: string | null) => sql<OfferingIdentity[]>`
  select source, source_offering as "sourceOffering", offering, reason, created_by as "createdBy",
    created_at as "createdAt"
  from ratebook.offering_identity where ${source}::text is null or source = ${source}
  order by source, source_offering limit 20000`;
