import type { Transaction } from "@ratebook/db";
import { auditEntry } from "@ratebook/db/schema";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/** What is written about a change. Never holds a secret. */
export type AuditNote = {
  /** `api_key.create`, `customer.update`, … */
  action: string;
  /** Id of what was changed. */
  subject: string;
  customerId?: string | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
};

/** Writes who did what in the transaction that does it, so neither exists without the other. */
export async function recordAudit(
  ctx: Pick<Ctx, "clock" | "newId">,
  tx: Pick<Transaction, "insert">,
  actor: Actor,
  note: AuditNote,
): Promise<void> {
  const label = actorLabel(actor);
  await tx.insert(auditEntry).values({
    id: ctx.newId(),
    at: ctx.clock(),
    actorKind: label.kind,
    actorId: label.id,
    action: note.action,
    subject: note.subject,
    customerId: note.customerId ?? null,
    before: note.before ?? null,
    after: note.after ?? null,
    reason: note.reason ?? null,
  });
}
