import { err, ok, type Result } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { acceptHeldChange, type HeldChange, heldChangeColumns } from "./activate-proposals.ts";
import { auditCatalogue } from "./audit.ts";
import { openGrantBacks } from "./open-grant-backs.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { readProposalPolicy } from "./proposal-policy.ts";
import { inPublication, type Publication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";

export type DecideProposalInput = Decision & { id: string };

type Decision = {
  decision: "approve" | "reject";
  reason: string;
  /** Whether approved decreases are given back from the fetch date of their document; default: the policy's word. */
  grantBack?: boolean | undefined;
};

type Decided = {
  /** The version that activated what was approved; null where nothing that is billed changed. */
  version: number | null;
  /** Decreases whose difference is given back shortly, by the price watch. */
  grantBacks: number;
};

/** Why a decision about a proposal does nothing. `proposal_decided`: by somebody else, or the source says something else. */
export type UndecidableProposal =
  | { kind: "proposal_not_found"; id: string }
  | { kind: "proposal_decided"; id: string; state: string }
  | { kind: "not_activatable"; id: string };

export type DecideProposalError = CatalogAccessDenied | UndecidableProposal;

/** A held change while somebody decides it. */
export type UndecidedChange = HeldChange & {
  state: string;
  reason: string;
  oldUsd: string | null;
  oldPer: bigint | null;
  decidedAt: Date | null;
};

/**
 * Lets a held or scheduled change through, or turns it down. An approved one is active from this instant, never earlier,
 * unless a more authoritative source prices the same meter; what a decrease would have saved since its document was
 * fetched may be given back. After a rejection the same value is not proposed again while its source goes on saying it; once
 * the source has said anything else, it is judged anew.
 */
export async function decideProposal(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { id, ...input }: DecideProposalInput,
): Promise<Result<Decided, DecideProposalError>> {
  const decided = await decideProposals(ctx, actor, { ids: [id], ...input });
  if (!decided.ok) return decided;
  const [refused] = decided.value.refused;
  const { version, grantBacks } = decided.value;
  return refused ? err(refused) : ok({ version, grantBacks });
}

/**
 * Decides several held changes with one reason, all of them in one version; those that cannot be decided (any more) are
 * named and left as they are.
 */
export async function decideProposals(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { ids, decision, reason, grantBack }: Decision & { ids: readonly string[] },
): Promise<Result<Decided & { decided: string[]; refused: UndecidableProposal[] }, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(ctx, async (publication) => {
    const refused: UndecidableProposal[] = [];
    const changes: UndecidedChange[] = [];
    for (const id of new Set(ids)) {
      const found = await lockUndecided(publication, id, decision === "approve");
      if (found.ok) changes.push(found.value);
      else refused.push(found.error);
    }
    let version: number | null = null;
    let grantBacks = 0;
    if (decision === "approve") {
      for (const change of changes) await acceptHeldChange(publication, change);
      const sources = [...new Set(changes.map(({ source }) => source))];
      version = await publishRates(publication, [...new Set(changes.map(({ offering }) => offering))], {
        source: sources.length === 1 ? (sources[0] ?? "") : "several",
        note: `approved: ${reason}`,
      });
    }
    if (version !== null && (grantBack ?? (await readProposalPolicy(publication.tx)).grantBackDecreases)) {
      const approved = { ids: changes.map(({ id }) => id), version, reason };
      grantBacks = await openGrantBacks(publication, actor, approved);
    }
    for (const change of changes) {
      await closeProposal(publication, actor, change, {
        state: decision === "approve" ? "approved" : "rejected",
        action: `proposal.${decision}`,
        reason,
        version,
      });
    }
    return ok({ version, grantBacks, decided: changes.map(({ id }) => id), refused });
  });
}

/** A change nobody decided yet, locked until the transaction ends. `activating`: refuses what nobody may activate. */
export async function lockUndecided(
  { tx }: Publication,
  id: string,
  activating: boolean,
): Promise<Result<UndecidedChange, UndecidableProposal>> {
  const [held] = await tx<UndecidedChange[]>`
    select ${heldChangeColumns(tx)}, state, reason, trim_scale(old_usd)::text as "oldUsd", old_per as "oldPer",
      decided_at as "decidedAt"
    from ratebook.proposal where id = ${id} for update`;
  if (!held) return err({ kind: "proposal_not_found", id });
  if (held.state !== "held" && held.state !== "scheduled")
    return err({ kind: "proposal_decided", id, state: held.state });
  // 0 without the flag, null, −1: nobody may sell at that.
  if (activating && held.action === "refuse") return err({ kind: "not_activatable", id });
  return ok(held);
}

/** Writes a decision down, with its audit entry. */
export async function closeProposal(
  publication: Publication,
  actor: Actor,
  change: UndecidedChange,
  decision: {
    state: "approved" | "rejected" | "edited" | "scheduled" | "held";
    action: string;
    reason: string;
    version: number | null;
    activateAt?: Date;
    after?: Record<string, unknown>;
  },
): Promise<void> {
  const { tx, now } = publication;
  const { state, action, reason, version, activateAt = null } = decision;
  await tx`
    update ratebook.proposal set state = ${state}, decided_at = ${now}, decided_by = ${actorLabel(actor).id},
      decision_reason = ${reason}, version = ${version}, activate_at = ${activateAt}
    where id = ${change.id}`;
  await auditCatalogue(publication, actor, {
    action,
    subject: change.id,
    before: { state: change.state },
    after: {
      offering: change.offering,
      meter: change.meter,
      usd: change.usd,
      per: change.per?.toString(),
      version,
      ...(activateAt && { activateAt: activateAt.toISOString() }),
      ...decision.after,
    },
    reason,
  });
}
