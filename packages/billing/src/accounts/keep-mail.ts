import type { Ctx } from "../ctx.ts";
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
