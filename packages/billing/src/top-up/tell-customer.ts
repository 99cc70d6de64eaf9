import type { Nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { dollars } from "./purchase-limits.ts";

/** Something about money that a customer is told by mail, once per key. */
export type Notice = { key: string } & (
  | { template: "purchase_receipt" | "auto_top_up_done"; amount: Nanos; bonus: Nanos }
  | { template: "refund" | "dispute"; amount: Nanos }
  | { template: "auto_top_up_failed"; amount: Nanos; reason: string; retryAt: Date }
  | { template: "auto_top_up_suspended"; amount: Nanos; reason: string }
  | { template: "auto_top_up_needs_authentication"; amount: Nanos; url: string }
);

/** Mails a customer, where it has an address. The key makes a repeat harmless, so it runs after the commit. */
export async function tellCustomer(
  ctx: Pick<Ctx, "sql" | "mailer">,
  customerId: string,
  notice: Notice,
): Promise<void> {
  const [row] = await ctx.sql<{ email: string | null }[]>`
    select email from ratebook.customer where id = ${customerId}`;
  if (row?.email == null) return;
  const { subject, text } = wording(notice);
  await ctx.mailer.send({
    key: `payments:${notice.key}`,
    to: row.email,
    template: notice.template,
    subject,
    text,
  });
}

function wording(notice: Notice): { subject: string; text: string } {
  const amount = dollars(notice.amount);
  switch (notice.template) {
    case "purchase_receipt":
      return {
        subject: `Your purchase of ${amount}`,
        text: `Thank you. ${amount} of credits are in your wallet.`,
      };
    case "auto_top_up_done":
      return {
        subject: `Topped up by ${amount}`,
        text: `Auto top-up charged your card ${amount} and added the credits.`,
      };
    case "refund":
      return {
        subject: `Refund of ${amount}`,
        text: `${amount} of this purchase go back to where they came from.`,
      };
    case "dispute":
      return {
        subject: `A payment of ${amount} is disputed`,
        text: `Your bank objected to a payment of ${amount}. Its unspent credits are set aside and auto top-up pauses until that is decided.`,
      };
    case "auto_top_up_failed":
      return {
        subject: "Auto top-up failed",
        text: `Charging ${amount} failed: ${notice.reason} It is tried again after ${notice.retryAt.toISOString()}.`,
      };
    case "auto_top_up_suspended":
      return {
        subject: "Auto top-up is suspended",
        text: `Charging ${amount} failed again: ${notice.reason} Nothing is tried until you save another card.`,
      };
    case "auto_top_up_needs_authentication":
      return {
        subject: "Your bank wants you to confirm a top-up",
        text: `Confirm the payment of ${amount} here: ${notice.url}`,
      };
  }
}
