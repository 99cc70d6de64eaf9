import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CreateKeyError, type CreateKeyInput, keyManagementDenied } from "./create-key.ts";
import { keyScopeProblem } from "./key-rules.ts";
import { recordAudit } from "./record-audit.ts";
import { resolveCustomer } from "./resolve-customer.ts";

export type ImportKeyInput = Omit<CreateKeyInput, "budget" | "requestsPerMinute"> & {
  /** Hex SHA-256 of the key's text, as the platform that issued it kept it. */
  hash: string;
  prefix: string;
  lastFour: string;
};

/**
 * Takes over a key that another system issued, by its hash, so that its holder need not change it. Operators only.
 *
 * @returns `created: false` and the first one's id where the hash is here already
 */
export async function importKey(
  ctx: Ctx,
  actor: Actor,
  input: ImportKeyInput,
): Promise<Result<{ id: string; created: boolean }, CreateKeyError>> {
  const denied = actor.kind === "member" ? OPERATORS_ONLY : keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  const problem = keyScopeProblem(actor, input.kind, input.scopes);
  if (problem !== null) return err(problem);
  if (!/^[0-9a-f]{64}$/.test(input.hash)) {
    return err({ kind: "validation_error", field: "hash", message: "must be 64 hexadecimal digits" });
  }
  const customer = input.kind === "customer" ? await resolveCustomer(ctx, actor, input.customer) : ok(null);
  if (!customer.ok) return customer;

  const id = ctx.newId();
  const customerId = customer.value?.id ?? null;
  const marks = { prefix: input.prefix.slice(0, 12), lastFour: input.lastFour.slice(-4) };
  const created = await inTransaction(ctx.db, async (tx) => {
    const rows = await tx
      .insert(apiKey)
      .values({
        id,
        kind: input.kind,
        customerId,
        name: input.name,
        hash: input.hash,
        ...marks,
        scopes: [...input.scopes],
        createdBy: actorLabel(actor).id,
        createdAt: ctx.clock(),
        expiresAt: input.expiresAt ?? null,
      })
      .onConflictDoNothing({ target: apiKey.hash })
      .returning({ id: apiKey.id });
    if (rows.length === 0) return false;
    const after = { kind: input.kind, name: input.name, scopes: input.scopes, ...marks };
    await recordAudit(ctx, tx, actor, { action: "api_key.import", subject: id, customerId, after });
    return true;
  });
  if (created) return ok({ id, created });
  const [first] = await ctx.sql<{ id: string }[]>`select id from ratebook.api_key where hash = ${input.hash}`;
  return ok({ id: first?.id ?? id, created });
}

const OPERATORS_ONLY = { kind: "access_denied", message: "Only an operator may import keys." } as const;
