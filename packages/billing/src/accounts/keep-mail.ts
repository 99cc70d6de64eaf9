import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import type { Mailer } from "../ports.ts";

/** A mailer for installations without a mail server: every mail is kept for operators to read, once per key. */
export function createKeepingMailer(ctx: Pick<Ctx, "sql" | "newId" | "clock">): Mailer {
  return {
    send: async ({ key, to, template, subject, text }) => {
      await ctx.sql`
        insert into ratebook.mail (id, key, recipient, template, subject, text, state, created_at)
        values (${ctx.newId()}, ${key}, ${to}, ${template}, ${subject}, ${text}, 'kept', ${ctx.clock()})
        on conflict (key) do nothing`;
      return "kept";
    },
  };
}

/**
 * A mailer for installations with a mail server: every mail is kept, once per key, and a job that sends it is enqueued.
 * Mails that were kept before there was a server are not sent: their links and news are old.
 */
export function createQueueingMailer(ctx: Pick<Ctx, "sql" | "newId" | "clock" | "jobs">): Mailer {
  return {
    send: async ({ key, to, template, subject, text }) => {
      const now = ctx.clock();
      const kept = await ctx.sql`
        insert into ratebook.mail (id, key, recipient, template, subject, text, state, created_at, due_at)
        values (${ctx.newId()}, ${key}, ${to}, ${template}, ${subject}, ${text}, 'kept', ${now}, ${now})
        on conflict (key) do nothing returning id`;
      // Should this process end between the two, the clock's next round sends it.
      if (kept.length > 0) await ctx.jobs.enqueue("send-mails", opId("mail", key), {});
      return "kept";
    },
  };
}
