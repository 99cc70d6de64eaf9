import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import type { OfferingNotFound } from "./set-listed.ts";

/**
 * Takes an offering out of service, whatever its sources go on saying, or lets them price it again; from this instant, as
 * a new version. Earlier instants keep their prices.
 */
export async function retireOffering(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { offering, retired, reason }: { offering: string; retired: boolean; reason: string },
): Promise<
  Result<{ retiredAt: Date | null; version: number | null }, CatalogAccessDenied | OfferingNotFound>
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(
    ctx,
    async (
      publication,
    ): Promise<Result<{ retiredAt: Date | null; version: number | null }, OfferingNotFound>> => {
      const { tx, now } = publication;
      const retiredAt = retired ? now : null;
      const [known] = await tx<{ retiredAt: Date | null }[]>`
        select retired_at as "retiredAt" from ratebook.offering where offering = ${offering} for update`;
      if (!known) return err({ kind: "offering_not_found", offering });
      if ((known.retiredAt !== null) === retired) return ok({ retiredAt: known.retiredAt, version: null });
      await tx`
        update ratebook.offering set retired_at = ${retiredAt}, retired_reason = ${retired ? reason : null},
          revision = (select max(revision) + 1 from ratebook.offering)
        where offering = ${offering}`;
      const note = `${retired ? "retired" : "back in service"}: ${reason}`;
      const version = await publishRates(publication, [offering], { source: "operator", note });
      await auditCatalogue(publication, actor, {
        action: retired ? "offering.retire" : "offering.unretire",
        subject: offering,
        before: { retiredAt: known.retiredAt?.toISOString() ?? null },
        after: { retiredAt: retiredAt?.toISOString() ?? null, version },
        reason,
      });
      return ok({ retiredAt, version });
    },
  );
}
