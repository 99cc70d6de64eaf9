import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { type Actor, actorLabel, type Scope } from "../actor.ts";
import { type BudgetError, type BudgetTerms, saveBudgetWithin } from "../budgets/save-budget.ts";
import type { Ctx } from "../ctx.ts";
import { type KeyKind, type KeyTerms, keyScopeProblem, keyTermsProblem } from "./key-rules.ts";
import { hashKeyText, keyMarks, mintKeyText } from "./key-text.ts";
import { recordAudit } from "./record-audit.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

export type CreateKeyInput = {
  kind: KeyKind;
  /** Our id or the platform's; a member's own where absent. Service and worker keys belong to nobody. */
  customer?: string | undefined;
  name: string;
  scopes: readonly Scope[];
  /** What it may spend; of a customer's key only. */
  budget?: BudgetTerms | undefined;
} & KeyTerms;

export type CreateKeyError = ResolveCustomerError | BudgetError;

/** A new key. Its text is given once and kept nowhere. */
export type CreatedKey = { id: string; key: string; prefix: string; lastFour: string };

/**
 * Creates an API key and audits it. Operators create every kind; owners and admins create keys of their own
 * organization with the right to read. Each call makes another key.
 */
export async function createKey(
  ctx: Ctx,
  actor: Actor,
  input: CreateKeyInput,
): Promise<Result<CreatedKey, CreateKeyError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  const problem = keyScopeProblem(actor, input.kind, input.scopes);
  if (problem !== null) return err(problem);
  const bad = keyTermsProblem(actor, input, ctx.clock());
  if (bad !== null) return err(bad);
  if (input.budget !== undefined && input.kind !== "customer") {
    return err({
      kind: "validation_error",
      field: "budget",
      message: `a ${input.kind} key spends for others`,
    });
  }
  const customer = input.kind === "customer" ? await resolveCustomer(ctx, actor, input.customer) : ok(null);
  if (!customer.ok) return customer;

  const key = mintKeyText();
  const id = ctx.newId();
  const marks = keyMarks(key);
  const customerId = customer.value?.id ?? null;
  return inTransaction(ctx.db, async (tx): Promise<Result<CreatedKey, CreateKeyError>> => {
    await tx.insert(apiKey).values({
      id,
      kind: input.kind,
      customerId,
      name: input.name,
      hash: hashKeyText(key),
      ...marks,
      scopes: [...input.scopes],
      createdBy: actorLabel(actor).id,
      createdAt: ctx.clock(),
      expiresAt: input.expiresAt ?? null,
      requestsPerMinute: input.requestsPerMinute ?? null,
    });
    await recordAudit(ctx, tx, actor, {
      action: "api_key.create",
      subject: id,
      customerId,
      after: { kind: input.kind, name: input.name, scopes: input.scopes, ...marks },
    });
    if (input.budget !== undefined && customerId !== null) {
      const budget = { subject: "key", subjectId: id, ...input.budget } as const;
      const saved = await saveBudgetWithin(ctx, tx, actor, customerId, budget);
      if (!saved.ok) return saved;
    }
    return ok({ id, key, ...marks });
  });
}

/** Programs never manage keys: a key that leaks must not be able to make itself permanent. */
export function keyManagementDenied(actor: Actor): { kind: "access_denied"; message: string } | null {
  if (actor.kind === "operator" || actor.kind === "system") return null;
  if (actor.kind === "member" && actor.role !== "member") return null;
  return {
    kind: "access_denied",
    message: "Keys are managed by operators, and by owners and admins of an organization.",
  };
}
