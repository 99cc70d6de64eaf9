import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import type { InvalidField } from "../usage/usage-error.ts";

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

/** No mail has the id. */
export type MailNotFound = { kind: "mail_not_found"; id: string };

type Denied = { kind: "access_denied"; message: string };

/** Mails, a page at a time, failed ones first and newest first in each; for operators. */
export async function listMails(
  ctx: Ctx,
  actor: Actor,
  {
    limit,
    cursor,
    state,
  }: { limit: number; cursor?: string | undefined; state?: KeptMail["state"] | undefined },
): Promise<Result<{ items: KeptMail[]; nextCursor: string | null }, Denied | InvalidField>> {
  if (actor.kind !== "operator" && actor.kind !== "system") return err(DENIED);
  const place = readCursor(cursor, [/^[01]$/, UUID]);
  if (!place.ok) return place;
  const [rank = null, id = null] = place.value;
  const rows = await ctx.sql<KeptMail[]>`
    select m.id, recipient, template, subject, text, m.state, error, attempts, due_at as "dueAt",
      created_at as "createdAt", sent_at as "sentAt"
    from ratebook.mail m
    cross join lateral (select case m.state when 'failed' then 0 else 1 end as rank) r
    where (${state ?? null}::text is null or m.state = ${state ?? null})
      and (${rank}::int is null or r.rank > ${rank}::int or (r.rank = ${rank}::int and m.id < ${id}::uuid))
    order by r.rank, m.id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return ok({
    items,
    nextCursor: more ? writeCursor([last.state === "failed" ? "0" : "1", last.id]) : null,
  });
}

/**
 * Has a mail that failed tried again at once, with as many tries as a new one; for operators. One that was sent, or that
 * was kept while there was no mail server, is left as it is: `retried: false`.
 */
export async function retryMail(
  ctx: Pick<Ctx, "sql" | "clock" | "jobs" | "newId">,
  actor: Actor,
  input: { id: string },
): Promise<Result<{ retried: boolean }, Denied | MailNotFound>> {
  if (actor.kind !== "operator" && actor.kind !== "system") return err(DENIED);
  const [found] = await ctx.sql<{ retried: boolean }[]>`
    with retried as (
      update ratebook.mail set attempts = 0, due_at = ${ctx.clock()} where id = ${input.id} and state = 'failed'
      returning id)
    select exists (select from retried) as retried from ratebook.mail where id = ${input.id}`;
  if (found === undefined) return err({ kind: "mail_not_found", id: input.id });
  if (found.retried) await ctx.jobs.enqueue("send-mails", ctx.newId(), {});
  return ok(found);
}

const DENIED: Denied = { kind: "access_denied", message: "Only an operator may read mails." };
