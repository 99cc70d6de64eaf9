import type { Transaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import { readBranding } from "../accounts/branding.ts";
import type { Ctx } from "../ctx.ts";
import { followTopUp } from "./alert-levels.ts";
import { announceEvent } from "./announce-event.ts";
import type { Notice } from "./customer-notice.ts";
import { customerLetter } from "./letters/customer-letter.ts";
import { writeLetter } from "./letters/letter.ts";
import { noticeEvent } from "./notice-event.ts";

/** What telling takes. */
export type TellCtx = Pick<Ctx, "clock" | "newId" | "jobs" | "mailer" | "publicUrl">;

/**
 * Tells a customer of an occasion in the transaction in which it happens: a mail to every address it has for that, and an
 * event for its webhooks and the platform's. Once per key, however often it is asked. Levels of its alerts that are a
 * share of the last top-up follow one that is told.
 *
 * @param to addresses in place of the customer's own; an empty list mails nobody
 */
export async function tellCustomer(
  ctx: TellCtx,
  tx: Transaction,
  customerId: string,
  notice: Notice,
  { to }: { to?: readonly string[] } = {},
): Promise<void> {
  if (notice.template === "purchase_receipt" || notice.template === "auto_top_up_done") {
    await followTopUp(tx, customerId, notice.amount);
  }
  if (notice.template === "invoice_paid") await followTopUp(tx, customerId, notice.credits);
  await announceEvent(ctx, tx, { key: notice.key, customerId, ...noticeEvent(notice) });
  const recipients = to ?? (await ownAddress(tx, customerId));
  if (recipients.length === 0) return;
  const pages = {
    billing: new URL("/billing", ctx.publicUrl).href,
    wallet: new URL("/wallet", ctx.publicUrl).href,
    budgets: new URL("/budgets", ctx.publicUrl).href,
    terms: new URL("/terms", ctx.publicUrl).href,
    infrastructure: new URL("/infrastructure", ctx.publicUrl).href,
  };
  const written = writeLetter(customerLetter(notice, pages), await readBranding(tx));
  for (const [n, address] of recipients.entries()) {
    const key = n === 0 ? notice.key : `${notice.key}:${address}`;
    await ctx.mailer.send({ key, to: address, template: notice.template, ...written }, tx);
  }
}

async function ownAddress(tx: Transaction, customerId: string): Promise<string[]> {
  const [row] = await tx.execute<{ email: string | null }>(sql`
    select email from ratebook.customer where id = ${customerId}::uuid`);
  return row?.email == null ? [] : [row.email];
}
