import type { AuditNote } from "../accounts/record-audit.ts";
import { type Actor, actorLabel } from "../actor.ts";
import type { Publication } from "./publication.ts";

/** Writes who changed the catalogue, what and why, in the transaction that does it. */
export async function auditCatalogue(
  { tx, now, newId }: Pick<Publication, "tx" | "now" | "newId">,
  actor: Actor,
  note: AuditNote,
): Promise<void> {
  const { kind, id } = actorLabel(actor);
  await tx`
    insert into ratebook.audit_entry (id, at, actor_kind, actor_id, action, subject, customer_id, before, after, reason)
    values (${newId()}, ${now}, ${kind}, ${id}, ${note.action}, ${note.subject},
      ${note.customerId ?? null},
      ${JSON.stringify(note.before ?? null)}::text::jsonb, ${JSON.stringify(note.after ?? null)}::text::jsonb,
      ${note.reason ?? null})`;
}
