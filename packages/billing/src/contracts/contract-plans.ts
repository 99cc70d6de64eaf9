import { ContractTerms, err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { contractPlan } from "@ratebook/db/schema";
import { asc, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import { type Actor, actorLabel } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { ContractError } from "./contract-error.ts";
import { readTerms } from "./read-terms.ts";

/** Terms to begin a contract with. */
export type ContractPlan = {
  id: string;
  name: string;
  description: string;
  terms: ContractTerms;
  retired: boolean;
  updatedAt: Date;
};

/** Every plan, at most 200, by name; for operators. */
export async function listContractPlans(
  ctx: Pick<Ctx, "db">,
  actor: Actor,
): Promise<Result<ContractPlan[], ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const rows = await ctx.db.select().from(contractPlan).orderBy(asc(contractPlan.name)).limit(200);
  return ok(rows.map(planOf));
}

/**
 * Makes a plan, or changes the one of this id. Contracts made from it keep the terms they copied.
 *
 * `validation_error` names the term that is not well-formed, and `id` where the plan should be new and another has it.
 */
export async function saveContractPlan(
  ctx: Ctx,
  actor: Actor,
  input: {
    id: string;
    name: string;
    description: string;
    terms: unknown;
    retired: boolean;
    /** Refuses to change a plan that is there already. */
    isNew?: boolean | undefined;
  },
): Promise<Result<ContractPlan, ContractError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const terms = readTerms(input.terms);
  if (!terms.ok) return terms;
  const { id, name, description, retired } = input;
  return inTransaction(ctx.db, async (tx): Promise<Result<ContractPlan, ContractError>> => {
    const [before] = await tx.select().from(contractPlan).where(eq(contractPlan.id, id)).for("update");
    if (before && input.isNew === true) return err(taken(before.name));
    const values = {
      name,
      description,
      retired,
      terms: terms.value,
      updatedBy: actorLabel(actor).id,
      updatedAt: ctx.clock(),
    };
    const insert = tx.insert(contractPlan).values({ id, ...values });
    const [saved] = await (input.isNew === true
      ? insert.onConflictDoNothing()
      : insert.onConflictDoUpdate({ target: contractPlan.id, set: values })
    ).returning();
    // Two made it at once; the other was first.
    if (!saved) return err(taken(id));
    await recordAudit(ctx, tx, actor, {
      action: "contract_plan.save",
      subject: id,
      before: before ? { name: before.name, terms: before.terms, retired: before.retired } : null,
      after: { name, terms: terms.value, retired },
    });
    return ok(planOf(saved));
  });
}

const taken = (name: string): ContractError => ({
  kind: "validation_error",
  field: "id",
  message: `is the id of the plan “${name}” already`,
});

const planOf = ({
  id,
  name,
  description,
  terms,
  retired,
  updatedAt,
}: typeof contractPlan.$inferSelect): ContractPlan => ({
  id,
  name,
  description,
  terms: ContractTerms.parse(terms),
  retired,
  updatedAt,
});
