import { err, guardDocument, type Modality, must, ok, type Result, type StatedRate } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { closeProposal, type DecideProposalError, lockUndecided } from "./decide-proposal.ts";
import { dateOverrides, putOverrides } from "./overrides.ts";
import { refuseUnlessOperator } from "./permission.ts";
import { OVERRIDE_SOURCE } from "./pricing-rules.ts";
import { inPublication, type Publication } from "./publication.ts";
import type { TrippedRow } from "./publish-document.ts";
import { publishRates } from "./publish-rates.ts";
import { claimKey, rateColumns, type StoredRate } from "./rate-rows.ts";
import { snapshotOf, storeSnapshot, verifySnapshot } from "./snapshot.ts";

export type EditProposalInput = {
  id: string;
  /** The corrected price: exact decimal dollars for `per` units. */
  usd: string;
  per: bigint;
  /** When the sources decide again; default: when somebody ends it. */
  until?: Date | undefined;
  reason: string;
  /** Activate a price that trips a bound as well. */
  accept?: boolean | undefined;
};

export type EditProposalError =
  | DecideProposalError
  | { kind: "validation_error"; field: string; message: string }
  | { kind: "import_acceptance_required"; rows: TrippedRow[] };

/**
 * Answers a held change with another price: the operator's dated override, active from this instant. The meter's other
 * rates in force stay as they are and belong to the override as well, until it ends; no sync touches any of them. When it
 * ends, the change it answered is held again where its source still says it.
 *
 * `not_activatable` for a price of 0; `import_acceptance_required` names the bound it trips, until it is accepted.
 */
export async function editProposal(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { id, usd, per, until, reason, accept = false }: EditProposalInput,
): Promise<Result<{ version: number | null }, EditProposalError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (until && until <= ctx.clock()) {
    return err({ kind: "validation_error", field: "until", message: "must be in the future" });
  }
  return inPublication(
    ctx,
    async (publication): Promise<Result<{ version: number | null }, EditProposalError>> => {
      const { tx, now } = publication;
      const found = await lockUndecided(publication, id, false);
      if (!found.ok) return found;
      const change = found.value;
      const { offering, meter, when, minimum, increment, included, ownCost, validFrom, validUntil } = change;
      const active = await tx<StoredRate[]>`
        select ${rateColumns(tx)} from ratebook.rate where closed_version is null and offering = ${offering}`;
      const document = JSON.stringify({ proposal: id, offering, meter, when, usd, per: Number(per), reason });
      const snapshot = snapshotOf(document, "override:proposal", now);
      const terms = { minimum, increment, included, ownCost, validFrom, validUntil };
      const origin = { sha256: snapshot.sha256, where: "#/usd" };
      const edited: EditedRate = { offering, meter, when, usd, per, free: false, ...terms, ...origin };
      const rates = [...active.filter((rate) => claimKey(rate) !== claimKey(edited)), edited];
      const refusal = await judgeEdit(publication, active, rates, edited, accept);
      if (refusal !== null) return err(refusal === "no_price" ? { kind: "not_activatable", id } : refusal);

      const size = verifySnapshot(snapshot);
      if (!size.ok) throw new Error(size.error.message);
      await storeSnapshot(publication, OVERRIDE_SOURCE, snapshot, size.value.sizeBytes);
      const draft = { offering, meter, kind: "edit", proposalId: id, rolledBackTo: null, reason } as const;
      await putOverrides(publication, actor, [
        { ...draft, until: until ?? null, rates: rates.filter((rate) => rate.meter === meter) },
      ]);
      const note = `corrected: ${reason}`;
      const version = await publishRates(publication, [offering], { source: OVERRIDE_SOURCE, note });
      await dateOverrides(publication, version);
      await closeProposal(publication, actor, change, {
        state: "edited",
        action: "proposal.edit",
        reason,
        version,
        after: { corrected: { usd, per: per.toString() }, until: until?.toISOString() ?? null },
      });
      return ok({ version });
    },
  );
}

type EditedRate = StatedRate & { sha256: string };

/** What the guard says of the operator's own price, beside the offering's others. */
async function judgeEdit(
  { tx, now }: Publication,
  before: readonly StoredRate[],
  after: readonly EditedRate[],
  { offering }: EditedRate,
  accept: boolean,
): Promise<"no_price" | { kind: "import_acceptance_required"; rows: TrippedRow[] } | null> {
  const [known] = await tx<{ modality: Modality }[]>`
    select modality from ratebook.offering where offering = ${offering}`;
  const { modality } = must(known, "what a proposal is about was described when it was read");
  const report = guardDocument({
    profile: "operator",
    before,
    after,
    offerings: [{ offering, modality }],
    at: now,
  });
  if (report.decisions.some(({ action }) => action === "refuse")) return "no_price";
  const tripped = report.decisions.filter(({ action }) => action === "quarantine" || action === "hold");
  if (tripped.length === 0 || accept) return null;
  return {
    kind: "import_acceptance_required",
    rows: tripped.map(({ key, rule, sentence }) => ({ key, rule: rule ?? "guard", sentence })),
  };
}
