import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/** A mail as it was written. */
export type KeptMail = {
  id: string;
  recipient: string;
  template: string;
  subject: string;
  text: string;
  state: "kept" | "sent" | "failed";
  error: string | null;
  /** Times the mail server was asked. */
  attempts: number;
  /** When it is tried next; null: never. */
  dueAt: Date | null;
  createdAt: Date;
  sentAt: Date | null;
};

/** Mails, newest first, a page at a time; for operators, who hand over links by hand until a mail server is set up. */
export async function listMails(
  ctx: Ctx,
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<
  Result<{ items: KeptMail[]; nextCursor: string | null }, { kind: "access_denied"; message: string }>
> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may read mails." });
  }
  const rows = await ctx.sql<KeptMail[]>`
    select id, recipient, template, subject, text, state, error, attempts, due_at as "dueAt", created_at as "createdAt", sent_at as "sentAt"
    from ratebook.mail
    where (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid)
    order by id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
}
