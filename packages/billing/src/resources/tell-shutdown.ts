import { formatUsd, nanos, runwayDays } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import type { Runway } from "./read-runways.ts";

type TellCtx = Pick<Ctx, "sql" | "clock" | "mailer" | "log" | "publicUrl">;

/**
 * Tells a customer that its resources are going to be stopped: by a mail that is kept, and sent where there is a mail
 * server. The pages and the API show the same from the moment the notice is written, so a customer without an address is
 * told there alone, and operators are told of that.
 */
export async function tellWarning(ctx: TellCtx, runway: Runway, episode: number, stops: Date): Promise<void> {
  const { customerId, infrastructureDaily, usageDaily, available, running } = runway;
  const addresses = await addressesOf(ctx, customerId);
  const daily = formatUsd(nanos(infrastructureDaily + usageDaily));
  const days = runwayDays(runway.runwayMs);
  const text = [
    `Your credits last ${days === null ? "for now" : days === 1 ? "1 day" : `${days} days`}: ${formatUsd(available)} are left and a day costs ${daily}.`,
    `Unless you top up, ${running === 1 ? "your running resource is" : `your ${running} running resources are`} stopped at ${minute(stops)}, and not before.`,
    `Top up: ${new URL("/billing", ctx.publicUrl).href}`,
  ].join("\n\n");
  for (const to of addresses) {
    await ctx.mailer.send({
      key: `${warningKey(customerId, episode)}:${to}`,
      to,
      template: "shutdown_warning",
      subject: `48-hour warning: your credits are running out`,
      text,
    });
  }
  if (addresses.length === 0) {
    await mailOperators(ctx, {
      key: `${warningKey(customerId, episode)}:nobody`,
      template: "shutdown_warning_unaddressed",
      subject: "A shutdown warning has no address to go to",
      text: `Customer ${customerId} was warned in the dashboard and the API only: it has no e-mail address, and no owner. Its resources are stopped at ${minute(stops)} unless it tops up.`,
    });
  }
}

/** Tells that the stop is off, or put off while a few credits last. */
export async function tellWithdrawal(
  ctx: TellCtx,
  customerId: string,
  episode: number,
  isOver: boolean,
): Promise<void> {
  if (!isOver) return;
  for (const to of await addressesOf(ctx, customerId)) {
    await ctx.mailer.send({
      key: `shutdown:${customerId}:${episode}:withdrawn:${to}`,
      to,
      template: "shutdown_withdrawn",
      subject: "Your resources keep running",
      text: "The shutdown we warned you of is off: your credits last longer than 48 hours again.",
    });
  }
}

/** Alarms the operators, once a warning, where the mail server did not take it. The notice goes on all the same. */
export async function alarmFailedMail(ctx: TellCtx, customerId: string): Promise<void> {
  const [failed] = await ctx.sql<{ recipient: string; error: string | null; episode: number }[]>`
    select m.recipient, m.error, n.episode from ratebook.shutdown_notice n
    join ratebook.mail m on m.key like 'shutdown:' || n.customer_id || ':' || n.episode || ':warning:%'
    where n.customer_id = ${customerId} and n.state <> 'active' and n.mail_failed_at is null and m.state = 'failed' limit 1`;
  if (failed === undefined) return;
  const { recipient, error, episode } = failed;
  ctx.log.error({ customerId, recipient, error }, "a shutdown warning could not be mailed");
  await mailOperators(ctx, {
    key: `${warningKey(customerId, episode)}:failed`,
    template: "shutdown_warning_failed",
    subject: "A shutdown warning could not be mailed",
    text: `The mail server did not take the warning of customer ${customerId} to ${recipient}: ${error ?? "no reason given"}. The 48 hours run on, because the dashboard and the API show the warning. Reach the customer another way.`,
  });
  await ctx.sql`
    update ratebook.shutdown_notice set mail_failed_at = ${ctx.clock()}
    where customer_id = ${customerId} and episode = ${episode}`;
}

/** The customer's own address, else those of its owners. */
async function addressesOf({ sql }: Pick<Ctx, "sql">, customerId: string): Promise<string[]> {
  const rows = await sql<{ email: string }[]>`
    select email from ratebook.customer where id = ${customerId} and email is not null
    union
    select u.email from ratebook.member m join ratebook."user" u on u.id = m.user_id
    join ratebook.customer c on c.id = m.organization_id
    where m.organization_id = ${customerId} and m.role like '%owner%' and c.email is null
    order by email limit 10`;
  return rows.map(({ email }) => email);
}

const warningKey = (customerId: string, episode: number): string =>
  `shutdown:${customerId}:${episode}:warning`;
const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
