import type { Ctx } from "../ctx.ts";
import type { MailTransport } from "../ports.ts";

/**
 * Sends the mails that are due, oldest first. Each is claimed before it is sent, so that two processes do not send it
 * twice; one that fails is tried again after growing pauses, up to 8 times in about 9 hours, and is `failed` with the
 * server's words meanwhile and for good afterwards.
 *
 * A process that dies while the server accepts a mail sends it again, under the same message id.
 */
export async function sendDueMails(
  ctx: Pick<Ctx, "sql" | "clock">,
  transport: MailTransport,
  { limit = 100 }: { limit?: number } = {},
): Promise<{ sent: number; failed: number }> {
  let sent = 0;
  let failed = 0;
  for (let round = 0; round < limit; round += 1) {
    const mail = await claim(ctx);
    if (mail === null) break;
    const outcome = await transport.deliver(mail);
    if (outcome.ok) {
      sent += 1;
      await ctx.sql`
        update ratebook.mail set state = 'sent', sent_at = ${ctx.clock()}, due_at = null, error = null
        where id = ${mail.id}`;
    } else {
      failed += 1;
      await ctx.sql`
        update ratebook.mail set state = 'failed', error = ${outcome.error.message.slice(0, 1_000)}
        where id = ${mail.id} and state <> 'sent'`;
    }
  }
  return { sent, failed };
}

type DueMail = { id: string; to: string; subject: string; text: string; html: string | null };

/** Takes the next due mail and moves its next try into the future, which is also how long this try may take. */
async function claim(ctx: Pick<Ctx, "sql" | "clock">): Promise<DueMail | null> {
  const now = ctx.clock();
  const [mail] = await ctx.sql<DueMail[]>`
    update ratebook.mail m
    set attempts = m.attempts + 1,
      due_at = case when m.attempts + 1 < ${MOST_ATTEMPTS}
        then ${now}::timestamptz + make_interval(mins => (4 * 2 ^ m.attempts)::int) end
    where m.id = (
      select d.id from ratebook.mail d where d.due_at <= ${now} order by d.due_at, d.id
      limit 1 for update skip locked)
    returning m.id, m.recipient as to, m.subject, m.text, m.html`;
  return mail ?? null;
}

const MOST_ATTEMPTS = 8;
