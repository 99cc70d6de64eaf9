import type { Transaction } from "@ratebook/db";
import { mail } from "@ratebook/db/schema";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import type { Mail, Mailer } from "../ports.ts";

/** A mailer for installations without a mail server: every mail is kept for operators to read, once per key. */
export function createKeepingMailer(ctx: Pick<Ctx, "db" | "newId" | "clock">): Mailer {
  return {
    send: async (letter, tx) => {
      await keep(ctx, tx ?? ctx.db, letter, null);
      return "kept";
    },
  };
}

/**
 * A mailer for installations with a mail server: every mail is kept, once per key, and a job that sends it is enqueued.
 * Mails that were kept before there was a server are not sent: their links and news are old.
 */
export function createQueueingMailer(ctx: Pick<Ctx, "db" | "newId" | "clock" | "jobs">): Mailer {
  return {
    send: async (letter, tx) => {
      const kept = await keep(ctx, tx ?? ctx.db, letter, ctx.clock());
      if (!kept) return "kept";
      const job = ["send-mails", opId("mail", letter.key), {}] as const;
      if (tx === undefined) {
        // Should this process end between the two, the clock's next round sends it.
        await ctx.jobs.enqueue(...job);
      } else {
        await ctx.jobs.enqueueWithin(tx, ...job);
      }
      return "kept";
    },
  };
}

/** False where the key is there already. */
async function keep(
  ctx: Pick<Ctx, "newId" | "clock">,
  executor: Pick<Transaction, "insert">,
  { key, to, template, subject, text, html }: Mail,
  dueAt: Date | null,
): Promise<boolean> {
  const kept = await executor
    .insert(mail)
    .values({
      id: ctx.newId(),
      key,
      recipient: to,
      template,
      subject,
      text,
      html: html ?? null,
      state: "kept",
      createdAt: ctx.clock(),
      dueAt,
    })
    .onConflictDoNothing()
    .returning({ id: mail.id });
  return kept.length > 0;
}
