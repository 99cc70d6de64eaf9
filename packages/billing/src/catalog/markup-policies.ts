import { err, MarkupPolicy, ok, type Result, SHIPPED_POLICY } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { canonicalJson } from "./canonical-json.ts";
import { draftPolicy } from "./draft-policy.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication, type Query } from "./publication.ts";

/** An immutable version of the markup rules. */
export type PolicyVersion = {
  version: number;
  activeFrom: Date;
  policy: MarkupPolicy;
  createdBy: string;
  note: string | null;
};

export type SetPolicyError =
  | CatalogAccessDenied
  | { kind: "validation_error"; field: string; message: string };

/** Makes the shipped policy version 1 where there is none yet; run at every start. */
export async function ensurePolicy(ctx: Pick<Ctx, "sql" | "clock">): Promise<void> {
  await ctx.sql`
    insert into ratebook.markup_policy (version, active_from, rules, created_by, note)
    values (1, ${ctx.clock()}, ${JSON.stringify(SHIPPED_POLICY.rules)}::text::jsonb, 'system', 'shipped')
    on conflict (version) do nothing`;
}

/**
 * Makes new markup rules active from now on, as the next version; what was debited before keeps its own. The rules in
 * force once more make no new version.
 *
 * `validation_error` names the rule that is not well-formed.
 */
export async function setPolicy(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { rules, note }: { rules: readonly unknown[]; note: string },
): Promise<Result<PolicyVersion, SetPolicyError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const parsed = draftPolicy(rules);
  if (!parsed.ok) return parsed;
  const createdBy = actorLabel(actor).id;
  return inPublication(ctx, async (publication): Promise<Result<PolicyVersion, SetPolicyError>> => {
    const { tx } = publication;
    const [last] = await readPolicies(tx, { limit: 1 });
    if (last && canonicalJson(last.policy.rules) === canonicalJson(parsed.value.rules)) return ok(last);
    const version = (last?.version ?? 0) + 1;
    const activeFrom = last && last.activeFrom > publication.now ? last.activeFrom : publication.now;
    await tx`
      insert into ratebook.markup_policy (version, active_from, rules, created_by, note)
      values (${version}, ${activeFrom}, ${JSON.stringify(parsed.value.rules)}::text::jsonb, ${createdBy}, ${note})`;
    await auditCatalogue(publication, actor, {
      action: "markup_policy.set",
      subject: String(version),
      before: last ? { version: last.version, rules: last.policy.rules } : null,
      after: { version, rules: parsed.value.rules },
      reason: note,
    });
    return ok({
      version,
      activeFrom,
      policy: { id: policyId(version), rules: parsed.value.rules },
      createdBy,
      note,
    });
  });
}

/** Every version of the markup rules, the newest first, at most 200; for operators. */
export async function listPolicies(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<PolicyVersion[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok(await readPolicies(ctx.sql, { limit: 200 }));
}

/** Versions above `since`, the newest first. */
export async function readPolicies(
  sql: Query,
  { limit, since = 0 }: { limit: number; since?: number },
): Promise<PolicyVersion[]> {
  const rows = await sql<(Omit<PolicyVersion, "policy"> & { rules: unknown })[]>`
    select version, active_from as "activeFrom", rules, created_by as "createdBy", note
    from ratebook.markup_policy where version > ${since} order by version desc limit ${limit}`;
  return rows.map(({ rules, ...row }) => ({
    ...row,
    policy: MarkupPolicy.parse({ id: policyId(row.version), rules }),
  }));
}

/** Name of a version on receipts. */
const policyId = (version: number): string => `policy-${version}`;
