import type { Nanos } from "@ratebook/core";
import { PERIOD_WORDS } from "../../budgets/budget.ts";
import type { Notice, NoticeTemplate } from "../customer-notice.ts";
import type { Letter } from "./letter.ts";
import { readableDay, readableDollars, readableHours, readableInstant } from "./readable.ts";
import { SHUTDOWN_LETTERS } from "./shutdown-letters.ts";

/** Addresses of pages that letters lead to. */
export type LetterPages = {
  billing: string;
  wallet: string;
  budgets: string;
  infrastructure: string;
  terms: string;
};

/** The letter that tells a customer of an occasion. */
export function customerLetter(notice: Notice, pages: LetterPages): Letter {
  // The map is keyed by the same union, so the writer found takes exactly this notice.
  const write = LETTERS[notice.template] as (notice: Notice, pages: LetterPages) => Letter;
  return write(notice, pages);
}

type Of<K extends NoticeTemplate> = Extract<Notice, { template: K }>;

const LETTERS: { [K in NoticeTemplate]: (notice: Of<K>, pages: LetterPages) => Letter } = {
  purchase_receipt: (it, { billing }) => ({
    subject: `Receipt: ${readableDollars(it.amount)} of credits`,
    paragraphs: ["Thank you for your purchase. The credits are in your wallet and can be used at once."],
    facts: bought(it),
    action: { label: "See the invoice", url: billing },
    because: ON_PURCHASE,
  }),
  auto_top_up_done: (it, { billing }) => ({
    subject: `Auto top-up: ${readableDollars(it.amount)} of credits added`,
    paragraphs: [
      "Your balance fell below the level you set, so your saved card was charged and the credits were added.",
    ],
    facts: bought(it),
    action: { label: "See the invoice", url: billing },
    because: ON_AUTO,
  }),
  auto_top_up_failed: (it, { billing }) => ({
    subject: "Auto top-up could not charge your card",
    paragraphs: [
      `A charge of ${readableDollars(it.amount)} failed, so no credits were added. Your bank or card network said: ${it.reason}`,
      `It is tried again after ${readableInstant(it.retryAt)}. To be safe, buy credits by hand or save another card.`,
    ],
    action: { label: "Check your card", url: billing },
    because: ON_AUTO,
  }),
  auto_top_up_suspended: (it, { billing }) => ({
    subject: "Auto top-up has stopped: your card was declined three times",
    paragraphs: [
      `A charge of ${readableDollars(it.amount)} failed again. Your bank or card network said: ${it.reason}`,
      "Nothing more is charged until you save another card. When your credits are used up, requests are refused.",
    ],
    action: { label: "Save another card", url: billing },
    because: ON_AUTO,
  }),
  auto_top_up_needs_authentication: (it) => ({
    subject: `Confirm a top-up of ${readableDollars(it.amount)}`,
    paragraphs: [
      `Your bank wants you to confirm the charge of ${readableDollars(it.amount)} that auto top-up started. No credits are added until you do.`,
    ],
    action: { label: "Confirm the payment", url: it.url },
    because: ON_AUTO,
  }),
  purchase_failed: (it, { billing }) => ({
    subject: `Your payment of ${readableDollars(it.amount)} failed`,
    paragraphs: [
      `No money came for your purchase of ${it.title}, so no credits were added. ${it.reason}`,
      "To buy them after all, pay again with this or another card.",
    ],
    action: { label: "Buy credits", url: billing },
    because: ON_PURCHASE,
  }),
  plan_paid: (it, { billing }) => ({
    subject: `Receipt: ${readableDollars(it.paid)} for ${it.name}`,
    paragraphs: [
      `Your plan ${it.name} is paid until ${readableDay(it.periodEnd)}. Its credits are in your wallet.`,
    ],
    facts: [
      ...(it.invoice.number === null ? [] : [["Invoice", it.invoice.number] as const]),
      ["Paid", readableDollars(it.paid)],
      ["Credits included", readableDollars(it.credits)],
      ["They last until", readableInstant(it.periodEnd)],
    ],
    action:
      it.invoice.url === null
        ? { label: "See the plan", url: billing }
        : { label: "See the invoice", url: it.invoice.url },
    because: ON_PLAN,
  }),
  plan_payment_failed: (it, { billing }) => ({
    subject: `The payment for ${it.name} failed`,
    paragraphs: [
      `Your plan ${it.name} was to be renewed, but ${readableDollars(it.amount)} could not be charged. No credits come until it is paid.`,
      "The charge is tried again in the next days. To be safe, pay now or save another card.",
    ],
    action: { label: "Pay the plan", url: it.url ?? billing },
    because: ON_PLAN,
  }),
  invoice_issued: (it, { billing }) => ({
    subject: `Invoice ${it.number}: ${readableDollars(it.total)}, due ${readableDay(it.dueAt)}`,
    paragraphs: [
      `You have a new invoice for ${it.title}. How to pay it stands on it; name its number with the payment.`,
      `${readableDollars(it.net)} of credits come into your wallet once it is paid.`,
    ],
    facts: [...aboutInvoice(it), ["Due", readableDay(it.dueAt)]],
    action: { label: "Download the invoice", url: billing },
    because: ON_INVOICE,
  }),
  invoice_paid: (it, { billing }) => ({
    subject: `Receipt: invoice ${it.number} is paid`,
    paragraphs: ["Thank you: your payment came. The credits are in your wallet and can be used at once."],
    facts: [...aboutInvoice(it), ["Credits", readableDollars(it.credits)]],
    action: { label: "See the invoice", url: billing },
    because: ON_INVOICE,
  }),
  invoice_overdue: (it, { billing }) => ({
    subject: `Invoice ${it.number} over ${readableDollars(it.total)} is overdue`,
    paragraphs: [
      `Your invoice was due on ${readableDay(it.dueAt)} and its payment has not been recorded. If you paid it in the last days, nothing has to be done.`,
    ],
    facts: [...aboutInvoice(it), ["Due", readableDay(it.dueAt)]],
    action: { label: "Download the invoice", url: billing },
    because: ON_INVOICE,
  }),
  invoice_cancelled: (it, { billing }) => ({
    subject: `Invoice ${it.number} is cancelled`,
    paragraphs: ["The invoice was cancelled. Nothing has to be paid; a credit note takes it back."],
    facts: aboutInvoice(it),
    action: { label: "See the credit note", url: billing },
    because: ON_INVOICE,
  }),
  invoice_refunded: (it, { billing }) => ({
    subject: `Refund of ${readableDollars(it.refunded)} for invoice ${it.number}`,
    paragraphs: [
      `Of your invoice, ${readableDollars(it.refunded)} were sent back, and their credits were taken back. Banks need some days to show it.`,
    ],
    facts: aboutInvoice(it),
    action: { label: "See the credit note", url: billing },
    because: ON_INVOICE,
  }),
  refund: (it, { billing }) => ({
    subject: `Refund of ${readableDollars(it.amount)}`,
    paragraphs: [
      `Of your purchase, ${readableDollars(it.amount)} were refunded to where they came from, and their credits were taken back. Banks need five to ten days to show it.`,
    ],
    action: { label: "See the credit note", url: billing },
    because: ON_PURCHASE,
  }),
  dispute: (it, { billing }) => ({
    subject: `A payment of ${readableDollars(it.amount)} is disputed`,
    paragraphs: [
      `Your bank told us that a payment of ${readableDollars(it.amount)} is disputed. Until that is decided, the credits of it that are unspent are set aside and auto top-up pauses.`,
      "If this was not meant, tell your bank. If the dispute is withdrawn or decided against it, the credits come back by themselves.",
    ],
    action: { label: "See your credits", url: billing },
    because: ON_PURCHASE,
  }),
  low_balance: (it, { billing }) =>
    it.level <= 1n
      ? {
          subject: "Your credits are used up",
          paragraphs: [
            "Your balance is empty. Requests that ask for credits beforehand are refused until you add some; usage that was already served may become debt.",
          ],
          facts: [["Balance", readableDollars(it.balance)]],
          action: { label: "Add credits", url: billing },
          because: ON_ALERT,
        }
      : {
          subject: `Your balance is below ${readableDollars(it.level)}`,
          paragraphs: [
            it.percent === null
              ? `Your balance fell below the ${readableDollars(it.level)} you asked to be told about.`
              : `Your balance fell below ${it.percent}% of your last top-up, which is ${readableDollars(it.level)}.`,
          ],
          facts: [["Balance", readableDollars(it.balance)]],
          action: { label: "Add credits", url: billing },
          because: ON_ALERT,
        },
  running_out: (it, { billing }) => ({
    subject: `Your credits last ${readableHours(it.hoursLeft)}`,
    paragraphs: [`At the rate of the last days your balance is used up in ${readableHours(it.hoursLeft)}.`],
    facts: [
      ["Balance", readableDollars(it.balance)],
      ["Used a day", readableDollars(it.dailyBurn)],
    ],
    action: { label: "Add credits", url: billing },
    because: ON_ALERT,
  }),
  spend_reached: (it, { wallet }) => ({
    subject: `You spent ${readableDollars(it.limit)} ${it.period === "day" ? "today" : "this month"}`,
    paragraphs: [
      it.period === "day"
        ? `On ${readableDay(it.periodStart)} (UTC) your usage reached the ${readableDollars(it.limit)} you asked to be told about. Nothing was stopped.`
        : `Since ${readableDay(it.periodStart)} (UTC) your usage reached the ${readableDollars(it.limit)} you asked to be told about. Nothing was stopped.`,
    ],
    facts: [["Spent so far", readableDollars(it.spent)]],
    action: { label: "See what was used", url: wallet },
    because: ON_ALERT,
  }),
  budget_reached: (it, { budgets }) => ({
    subject: `${it.percent}% of the ${PERIOD_WORDS[it.period]} budget of ${it.name} is used`,
    paragraphs: [
      `Since ${readableInstant(it.periodStart)} the usage of ${it.name} reached ${it.percent}% of its ${PERIOD_WORDS[it.period]} budget of ${readableDollars(it.limit)}.`,
      it.hard
        ? "Requests that ask for credits beforehand are refused once it is used up. Usage that was already served is always billed."
        : "Nothing is stopped when it is used up.",
    ],
    facts: [
      ["Spent so far", readableDollars(it.spent)],
      ["Starts anew", readableInstant(it.resetsAt)],
    ],
    action: { label: "See the budgets", url: budgets },
    because: "You get this because of a budget's alerts; they are changed in Budgets.",
  }),
  credits_expiring: (it, { wallet }) => ({
    subject: `${readableDollars(it.amount)} of credits expire on ${readableDay(it.expiresAt)}`,
    paragraphs: [
      `Of the credits you got as "${it.source}", ${readableDollars(it.amount)} are left. They can be used until ${readableInstant(it.expiresAt)}; what is left then is gone. They are used before credits that expire later or never.`,
    ],
    action: { label: "See your credits", url: wallet },
    because: "You get this once for each gift of credits that is about to expire.",
  }),
  contract_changes: (it, { terms }) => ({
    subject: CHANGES[it.what].subject(readableDay(it.at)),
    paragraphs: [CHANGES[it.what].sentence(readableInstant(it.at)), ...it.prices],
    action: { label: "See your terms", url: terms },
    because: `You get this once for each change of ${it.contract}, at most 30 days ahead.`,
  }),
  ...SHUTDOWN_LETTERS,
};

const CHANGES: {
  [What in Of<"contract_changes">["what"]]: {
    subject: (day: string) => string;
    sentence: (instant: string) => string;
  };
} = {
  prices: {
    subject: (day) => `Prices of yours change on ${day}`,
    sentence: (instant) =>
      `From ${instant} on, these prices of what you use change. They are your own, under what you agreed with us; usage before keeps its price.`,
  },
  lock_ends: {
    subject: (day) => `Your price lock ends on ${day}`,
    sentence: (instant) =>
      `Until ${instant} your rates stay those you locked. From then on today's rates apply, under the rest of your terms.`,
  },
  ends: {
    subject: (day) => `Your contract ends on ${day}`,
    sentence: (instant) =>
      `What you agreed with us ends at ${instant}. From then on the standard prices apply; usage before keeps its price.`,
  },
  begins: {
    subject: (day) => `New terms of yours begin on ${day}`,
    sentence: (instant) =>
      `From ${instant} on, your usage is priced by new terms that were agreed. Usage before keeps its price.`,
  },
};

const bought = ({ amount, bonus }: Of<"purchase_receipt" | "auto_top_up_done">): [string, string][] => [
  ["Credits", readableDollars(amount)],
  ...(bonus > 0n ? [["Bonus", readableDollars(bonus)] as [string, string]] : []),
];

const aboutInvoice = ({ number, total }: { number: string; total: Nanos }): [string, string][] => [
  ["Invoice", number],
  ["Total", readableDollars(total)],
];

const ON_PURCHASE = "You get this because credits were bought for your organization.";
const ON_PLAN = "You get this because your organization subscribed to a plan; it is cancelled in Billing.";
const ON_INVOICE = "You get this because an invoice was issued to your organization.";
const ON_AUTO = "You get this because auto top-up is on; it is switched off in Billing.";
const ON_ALERT = "You get this because of your alerts; they are changed in Billing.";
