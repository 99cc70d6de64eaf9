import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication } from "./publication.ts";

/** Nothing in the catalogue has that id. */
export type OfferingNotFound = { kind: "offering_not_found"; offering: string };

/**
 * Decides by hand whether an offering is sold here; that wins over every document.
 *
 * @param input.listed null leaves the choice to the documents again
 */
export async function setListed(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { offering, listed, reason }: { offering: string; listed: boolean | null; reason: string },
): Promise<Result<{ listed: boolean }, CatalogAccessDenied | OfferingNotFound>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(ctx, async (publication): Promise<Result<{ listed: boolean }, OfferingNotFound>> => {
    const { tx } = publication;
    const [before] = await tx<{ byHand: boolean | null; byRule: boolean }[]>`
        select listed_by_hand as "byHand", listed_by_rule as "byRule" from ratebook.offering
        where offering = ${offering} for update`;
    if (!before) return err({ kind: "offering_not_found", offering });
    await tx`
        update ratebook.offering set listed_by_hand = ${listed},
          revision = (select max(revision) + 1 from ratebook.offering)
        where offering = ${offering}`;
    await auditCatalogue(publication, actor, {
      action: "offering.list",
      subject: offering,
      before: { byHand: before.byHand },
      after: { byHand: listed },
      reason,
    });
    return ok({ listed: listed ?? before.byRule });
  });
}
