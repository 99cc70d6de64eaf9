import { err, must, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { auditCatalogue } from "../catalog/audit.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import { inPublication, type Publication } from "../catalog/publication.ts";
import type { Ctx } from "../ctx.ts";
import type { ContractError } from "./contract-error.ts";
import { type ContractVersion, contractLabel, readContracts } from "./contract-version.ts";

/**
 * Ends a contract version at an instant, now by default; from then on the operator's policy prices its customer. One that
 * has not begun is called off. An end only ever comes nearer, and never lies in the past.
 */
export async function endContract(
  ctx: Ctx,
  actor: Actor,
  { version, at, reason }: { version: number; at?: Date | undefined; reason: string },
): Promise<Result<ContractVersion, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(ctx, async (publication): Promise<Result<ContractVersion, ContractError>> => {
    const { tx, now } = publication;
    const [found] = await tx<{ customerId: string }[]>`
      select customer_id as "customerId" from ratebook.contract_version where version = ${version}`;
    if (!found) {
      return err({ kind: "contract_not_found", message: `There is no ${contractLabel(version)}.` });
    }
    const { customerId } = found;
    const versions = await readContracts(tx, { customerId, limit: 1000 });
    const contract = must(
      versions.find((it) => it.version === version),
      "it was just found",
    );
    const asked = at ?? now;
    if (asked < now) {
      return err({ kind: "validation_error", field: "at", message: "must not be in the past" });
    }
    const end = new Date(Math.max(asked.getTime(), contract.validFrom.getTime()));
    if (contract.validUntil !== null && contract.validUntil <= end) {
      const message = `must be before ${contract.validUntil.toISOString()}, when it ends already`;
      return err({ kind: "validation_error", field: "at", message });
    }
    await endWithin(publication, contract, end);
    await auditCatalogue(publication, actor, {
      action: "contract.end",
      subject: contract.label,
      customerId,
      before: { validUntil: contract.validUntil?.toISOString() ?? null },
      after: { validUntil: end.toISOString() },
      reason,
    });
    const after = await readContracts(tx, { customerId, limit: 1000 });
    return ok(
      must(
        after.find((it) => it.version === version),
        "no version is ever deleted",
      ),
    );
  });
}

/** Brings the end of a version nearer, within a publication. */
export async function endWithin(
  { tx }: Pick<Publication, "tx">,
  { version }: Pick<ContractVersion, "version">,
  end: Date,
): Promise<void> {
  await tx`
    update ratebook.contract_version set valid_until = ${end},
      revision = (select max(revision) + 1 from ratebook.contract_version)
    where version = ${version}`;
}
