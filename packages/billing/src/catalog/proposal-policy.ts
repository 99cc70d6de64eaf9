import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication, type Query } from "./publication.ts";

/** What happens to held changes by the passing of time. */
export const ProposalPolicy = z.strictObject({
  /** A hold that a second source confirms within 1 % is let through. Quarantines always need a person. */
  releaseOnWitness: z.boolean().default(true),
  /** Changes nobody decided for this long lapse; stated again later, they are proposed again. Null: never. */
  expireAfterDays: z.int().positive().max(3650).nullable().default(60),
  /** A change that keeps a price in use from being right for this long is told to operators by mail. Null: never. */
  escalateAfterHours: z.int().nonnegative().max(8760).nullable().default(24),
  /** An approved decrease is given back from the day its document was fetched, unless the decision says otherwise. */
  grantBackDecreases: z.boolean().default(false),
  /** A price is in use when its offering was used within so many days. */
  inUseDays: z.int().positive().max(365).default(30),
});
export type ProposalPolicy = z.infer<typeof ProposalPolicy>;

/** The stored policy, else the defaults. */
export async function readProposalPolicy(sql: Query): Promise<ProposalPolicy> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = ${SETTING}`;
  return ProposalPolicy.parse(row?.value ?? {});
}

/** The policy of held changes; for operators. */
export async function getProposalPolicy(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<ProposalPolicy, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok(await readProposalPolicy(ctx.sql));
}

/** Sets the policy of held changes, from now on, with an audit entry that has the one before. */
export async function setProposalPolicy(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { policy, reason }: { policy: ProposalPolicy; reason: string },
): Promise<Result<ProposalPolicy, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return inPublication(ctx, async (publication) => {
    const { tx, now } = publication;
    const before = await readProposalPolicy(tx);
    await tx`
      insert into ratebook.setting (name, value, updated_at)
      values (${SETTING}, ${JSON.stringify(policy)}::text::jsonb, ${now})
      on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`;
    await auditCatalogue(publication, actor, {
      action: "proposal_policy.set",
      subject: SETTING,
      before,
      after: policy,
      reason,
    });
    return ok(policy);
  });
}

const SETTING = "proposal_policy";
