import { must, type Nanos, nanos, type ShutdownAction, type ShutdownNotice, stopsAt } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import type { Runway } from "./read-runways.ts";

type TellCtx = Pick<Ctx, "sql" | "clock" | "newId" | "jobs" | "mailer" | "log" | "publicUrl">;

/** A step of a notice: what it was decided on, what it is now, and the warning it belongs to. */
export type ShutdownStep = {
  runway: Runway;
  notice: ShutdownNotice;
  action: ShutdownAction;
  episode: number;
};

/**
 * Tells a customer of a step in the transaction that takes it: by mail, by its webhooks and the platform's, and by the
 * pages and the API, which show the notice itself. So a warning is delivered exactly when it is written. A customer
 * without an address is told by the others alone, and operators are told of that.
 */
export async function tellStep(ctx: TellCtx, tx: Transaction, step: ShutdownStep): Promise<void> {
  const { customerId } = step.runway;
  const notice = occasionOf(ctx.clock(), step);
  if (notice === null) return;
  const to = await addressesOf(tx, customerId);
  await tellCustomer(ctx, tx, customerId, notice, { to });
  if (notice.template !== "shutdown_warning" || to.length > 0) return;
  const mail = {
    key: `${notice.key}:nobody`,
    template: "shutdown_warning_unaddressed",
    subject: "A shutdown warning has no address to go to",
    text: `Customer ${customerId} was warned in the dashboard, the API and by webhooks only: it has no e-mail address, and no owner. Its resources are stopped at ${notice.stopsAt.toISOString()} unless it tops up. Give it an address, or reach it another way.`,
  };
  await mailOperators(ctx, mail, tx);
}

/** What the customer is told; null where a step is none to it. */
function occasionOf(now: Date, { runway, notice, action, episode }: ShutdownStep): Notice | null {
  const key = (of: string): string => `shutdown:${runway.customerId}:${episode}:${of}`;
  const ends = stopsAt(notice, now, runway.runwayMs) ?? now;
  const stands = standingOf(runway);
  if (action === "warn") {
    return { template: "shutdown_warning", key: key("warning"), ...stands, stopsAt: ends };
  }
  if (action === "cancel") {
    if (notice.state !== "active") {
      // Each stop that began may be put off.
      const postponed = key(`postponed:${now.getTime()}`);
      return { template: "shutdown_postponed", key: postponed, ...stands, stopsAt: ends };
    }
    const reason = runway.running > 0 ? "credits" : "nothing_runs";
    return { template: "shutdown_lifted", key: key("lifted"), reason };
  }
  if (notice.state === runway.notice.state) return null;
  if (notice.state === "stopping") {
    return { template: "shutdown_stopping", key: key(`stopping:${notice.stoppingAt.getTime()}`), ...stands };
  }
  return notice.state === "stopped"
    ? { template: "shutdown_stopped", key: key("stopped"), debt: runway.debt }
    : null;
}

function standingOf({ available, debt, infrastructureDaily, usageDaily, running }: Runway) {
  const dailyCost: Nanos = nanos(infrastructureDaily + usageDaily);
  return { available, debt, dailyCost, running };
}

/**
 * Alarms the operators, once a warning, where the mail server did not take it; at most `limit` of them. The notice goes on
 * all the same.
 */
export async function alarmFailedMails(ctx: TellCtx, limit = 100): Promise<number> {
  type Failed = { customerId: string; episode: number; recipient: string; error: string | null };
  const failed = await ctx.sql<Failed[]>`
    select distinct on (n.customer_id) n.customer_id as "customerId", n.episode, m.recipient, m.error
    from ratebook.mail m join ratebook.shutdown_notice n on n.state <> 'active' and n.mail_failed_at is null
      and starts_with(m.key, 'shutdown:' || n.customer_id || ':' || n.episode || ':warning')
    where m.state = 'failed' and m.template = 'shutdown_warning' limit ${limit}`;
  for (const { customerId, episode, recipient, error } of failed) {
    ctx.log.error({ customerId, recipient, error }, "a shutdown warning could not be mailed");
    await mailOperators(ctx, {
      key: `shutdown:${customerId}:${episode}:mail-failed`,
      template: "shutdown_warning_failed",
      subject: "A shutdown warning could not be mailed",
      text: `The mail server did not take the warning of customer ${customerId} to ${recipient}: ${error ?? "no reason given"}. The 48 hours run on, because the dashboard, the API and webhooks carry the warning. Reach the customer another way.`,
    });
    await ctx.sql`
      update ratebook.shutdown_notice set mail_failed_at = ${ctx.clock()}
      where customer_id = ${customerId} and episode = ${episode}`;
  }
  return failed.length;
}

/** The customer's own address, else those of its owners. */
async function addressesOf(tx: Transaction, customerId: string): Promise<string[]> {
  const rows = await tx.execute<{ email: string | null }>(sql`
    select email from ratebook.customer where id = ${customerId}::uuid and email is not null
    union
    select u.email from ratebook.member m join ratebook."user" u on u.id = m.user_id
    join ratebook.customer c on c.id = m.organization_id
    where m.organization_id = ${customerId}::uuid and m.role like '%owner%' and c.email is null
    order by email limit 10`);
  return rows.map(({ email }) => must(email, "the query asks for addresses"));
}
