import { err, ok, type Result } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { acceptHeldChange, type HeldChange, heldChangeColumns } from "./activate-proposals.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";

export type DecideProposalInput = { id: string; decision: "approve" | "reject"; reason: string };

/** `proposal_decided`: somebody else decided it, or the source says something else by now. */
export type DecideProposalError =
  | CatalogAccessDenied
  | { kind: "proposal_not_found"; id: string }
  | { kind: "proposal_decided"; id: string; state: string }
  | { kind: "not_activatable"; id: string };

/**
 * Lets a held change through, or turns it down. An approved one is active from this instant, never earlier, unless a
 * more authoritative source prices the same meter. The same value after a rejection is not proposed again.
 *
 * @returns the version that activated it; null where nothing that is billed changed
 */
export async function decideProposal(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { id, decision, reason }: DecideProposalInput,
): Promise<Result<{ version: number | null }, DecideProposalError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(
    ctx,
    async (publication): Promise<Result<{ version: number | null }, DecideProposalError>> => {
      const { tx, now } = publication;
      const [held] = await tx<(HeldChange & { state: string })[]>`
        select ${heldChangeColumns(tx)}, state from ratebook.proposal where id = ${id} for update`;
      if (!held) return err({ kind: "proposal_not_found", id });
      if (held.state !== "held") return err({ kind: "proposal_decided", id, state: held.state });
      // 0 without the flag, null, −1: nobody may sell at that.
      if (decision === "approve" && held.action === "refuse") return err({ kind: "not_activatable", id });
      let version: number | null = null;
      if (decision === "approve") {
        await acceptHeldChange(publication, held);
        version = await publishRates(publication, [held.offering], {
          source: held.source,
          note: `approved: ${reason}`,
        });
      }
      const state = decision === "approve" ? "approved" : "rejected";
      await tx`
        update ratebook.proposal set state = ${state}, decided_at = ${now}, decided_by = ${actorLabel(actor).id},
          decision_reason = ${reason}, version = ${version}
        where id = ${id}`;
      await auditCatalogue(publication, actor, {
        action: `proposal.${decision}`,
        subject: id,
        after: {
          offering: held.offering,
          meter: held.meter,
          usd: held.usd,
          per: held.per?.toString(),
          version,
        },
        reason,
      });
      return ok({ version });
    },
  );
}
