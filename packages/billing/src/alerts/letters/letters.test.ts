import { nanos } from "@ratebook/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Notice } from "../customer-notice.ts";
import { customerLetter } from "./customer-letter.ts";
import { writeLetter } from "./letter.ts";
import { readableDollars, readableHours } from "./readable.ts";

const usd = (cents: bigint) => nanos(cents * 10_000_000n);
const pages = {
  billing: "https://r.test/billing",
  wallet: "https://r.test/wallet",
  budgets: "https://r.test/budgets",
  infrastructure: "https://r.test/infrastructure",
  terms: "https://r.test/terms",
};
const sender = { name: "Acme Cloud", color: "#12715b", supportEmail: "help@acme.example" };
const orderId = "o";
const key = "k";
const at = new Date("2026-11-22T14:05:00Z");
const invoice = { invoiceId: "i", number: "INV-2026-000001", total: usd(119_000n) };
const write = (notice: Notice) => writeLetter(customerLetter(notice, pages), sender);

const NOTICES: { [K in Notice["template"]]: Extract<Notice, { template: K }> } = {
  purchase_receipt: { template: "purchase_receipt", key, orderId, amount: usd(5_000n), bonus: usd(250n) },
  auto_top_up_done: { template: "auto_top_up_done", key, orderId, amount: usd(2_000n), bonus: usd(0n) },
  auto_top_up_failed: {
    template: "auto_top_up_failed",
    key,
    orderId,
    amount: usd(2_000n),
    reason: "Your card was declined.",
    retryAt: at,
  },
  auto_top_up_suspended: {
    template: "auto_top_up_suspended",
    key,
    orderId,
    amount: usd(2_000n),
    reason: "Your card has insufficient funds.",
  },
  auto_top_up_needs_authentication: {
    template: "auto_top_up_needs_authentication",
    key,
    orderId,
    amount: usd(2_000n),
    url: "https://bank.test/confirm?a=1&b=2",
  },
  refund: { template: "refund", key, orderId, amount: usd(1_250n) },
  dispute: { template: "dispute", key, orderId, amount: usd(120_000n) },
  low_balance: { template: "low_balance", key, balance: usd(437n), level: usd(500n), percent: null },
  running_out: { template: "running_out", key, balance: usd(900n), hoursLeft: 53n, dailyBurn: usd(407n) },
  spend_reached: {
    template: "spend_reached",
    key,
    period: "day",
    periodStart: new Date("2026-11-22T00:00:00Z"),
    limit: usd(10_000n),
    spent: usd(10_312n),
  },
  budget_reached: {
    template: "budget_reached",
    key,
    budgetId: "b",
    subject: "agent",
    subjectId: "research",
    name: "Research agent",
    period: "week",
    periodStart: new Date("2026-11-16T00:00:00Z"),
    resetsAt: new Date("2026-11-23T00:00:00Z"),
    limit: usd(5_000n),
    spent: usd(4_012n),
    percent: 80,
    hard: true,
  },
  purchase_failed: {
    template: "purchase_failed",
    key,
    orderId,
    title: "Growth",
    amount: usd(5_000n),
    reason: "The bank did not send the money.",
  },
  plan_paid: {
    template: "plan_paid",
    key,
    grantId: "g",
    name: "Team",
    paid: usd(1_500n),
    credits: usd(2_000n),
    periodEnd: at,
    invoice: { number: "A1B2-0001", url: "https://rail.test/i" },
  },
  plan_payment_failed: {
    template: "plan_payment_failed",
    key,
    grantId: "g",
    name: "Team",
    amount: usd(1_500n),
    url: null,
  },
  invoice_issued: {
    template: "invoice_issued",
    key,
    ...invoice,
    title: "Credits of the first quarter",
    net: usd(100_000n),
    dueAt: at,
  },
  invoice_paid: { template: "invoice_paid", key, ...invoice, credits: usd(100_000n) },
  invoice_overdue: { template: "invoice_overdue", key, ...invoice, dueAt: at, reminder: 1 },
  invoice_cancelled: { template: "invoice_cancelled", key, ...invoice },
  invoice_refunded: {
    template: "invoice_refunded",
    key,
    ...invoice,
    refunded: usd(11_900n),
    refundedSoFar: usd(20_000n),
  },
  credits_expiring: {
    template: "credits_expiring",
    key,
    grantId: "g",
    source: "Welcome",
    amount: usd(300n),
    expiresAt: at,
  },
  contract_changes: {
    template: "contract_changes",
    key,
    contract: "contract-3",
    what: "prices",
    at,
    prices: ["acme/one input_tokens: $12 → $14.4 per 1000000"],
  },
  shutdown_warning: {
    template: "shutdown_warning",
    key,
    available: usd(134n),
    debt: usd(0n),
    dailyCost: usd(67n),
    running: 1,
    stopsAt: at,
  },
  shutdown_postponed: {
    template: "shutdown_postponed",
    key,
    available: usd(67n),
    debt: usd(0n),
    dailyCost: usd(67n),
    running: 1,
    stopsAt: at,
  },
  shutdown_lifted: { template: "shutdown_lifted", key, reason: "credits" },
  shutdown_stopping: {
    template: "shutdown_stopping",
    key,
    available: usd(0n),
    debt: usd(31n),
    dailyCost: usd(201n),
    running: 3,
  },
  shutdown_stopped: { template: "shutdown_stopped", key, debt: usd(31n) },
};

describe("what a person reads", () => {
  test("a receipt", () => {
    expect(write(NOTICES.purchase_receipt)).toMatchObject({
      subject: "Receipt: $50.00 of credits",
      text: `Thank you for your purchase. The credits are in your wallet and can be used at once.

Credits: $50.00
Bonus: $2.50

See the invoice: https://r.test/billing

-- 
Acme Cloud
You get this because credits were bought for your organization.
Questions? Write to help@acme.example.
`,
    });
  });

  test.each<[Notice["template"], string, string[]]>([
    [
      "auto_top_up_done",
      "Auto top-up: $20.00 of credits added",
      ["Your balance fell below the level you set"],
    ],
    [
      "auto_top_up_failed",
      "Auto top-up could not charge your card",
      [
        "A charge of $20.00 failed",
        "Your card was declined.",
        "tried again after 22 November 2026, 14:05 UTC",
      ],
    ],
    [
      "auto_top_up_suspended",
      "Auto top-up has stopped: your card was declined three times",
      ["insufficient funds", "Nothing more is charged until you save another card"],
    ],
    [
      "auto_top_up_needs_authentication",
      "Confirm a top-up of $20.00",
      ["Confirm the payment: https://bank.test/confirm?a=1&b=2"],
    ],
    [
      "purchase_failed",
      "Your payment of $50.00 failed",
      ["your purchase of Growth", "The bank did not send the money."],
    ],
    [
      "plan_paid",
      "Receipt: $15.00 for Team",
      [
        "paid until 22 November 2026",
        "Invoice: A1B2-0001",
        "Paid: $15.00",
        "Credits included: $20.00",
        "See the invoice: https://rail.test/i",
      ],
    ],
    [
      "plan_payment_failed",
      "The payment for Team failed",
      ["$15.00 could not be charged", "Pay the plan: https://r.test/billing"],
    ],
    [
      "invoice_issued",
      "Invoice INV-2026-000001: $1,190.00, due 22 November 2026",
      ["for Credits of the first quarter", "$1,000.00 of credits come", "Total: $1,190.00"],
    ],
    ["invoice_paid", "Receipt: invoice INV-2026-000001 is paid", ["Total: $1,190.00", "Credits: $1,000.00"]],
    [
      "invoice_overdue",
      "Invoice INV-2026-000001 over $1,190.00 is overdue",
      ["was due on 22 November 2026", "If you paid it in the last days, nothing has to be done."],
    ],
    ["invoice_cancelled", "Invoice INV-2026-000001 is cancelled", ["Nothing has to be paid"]],
    ["invoice_refunded", "Refund of $119.00 for invoice INV-2026-000001", ["$119.00 were sent back"]],
    ["refund", "Refund of $12.50", ["$12.50 were refunded to where they came from"]],
    ["dispute", "A payment of $1,200.00 is disputed", ["auto top-up pauses"]],
    [
      "low_balance",
      "Your balance is below $5.00",
      ["the $5.00 you asked to be told about", "Balance: $4.37"],
    ],
    ["running_out", "Your credits last about 2 days", ["Balance: $9.00", "Used a day: $4.07"]],
    [
      "spend_reached",
      "You spent $100.00 today",
      ["On 22 November 2026 (UTC)", "Nothing was stopped.", "Spent so far: $103.12"],
    ],
    [
      "budget_reached",
      "80% of the weekly budget of Research agent is used",
      ["its weekly budget of $50.00", "Spent so far: $40.12", "Starts anew: 23 November 2026, 00:00 UTC"],
    ],
    [
      "credits_expiring",
      "$3.00 of credits expire on 22 November 2026",
      ['as "Welcome", $3.00 are left', "until 22 November 2026, 14:05 UTC"],
    ],
    [
      "shutdown_warning",
      "48-hour warning: your resources stop on 22 November 2026, 14:05 UTC",
      [
        "your running resource is stopped on 22 November 2026, 14:05 UTC, and not before",
        "Credits left: $1.34\nA day costs: $0.67",
        "Add credits: https://r.test/billing",
      ],
    ],
    [
      "shutdown_postponed",
      "The stop of your resources is put off until 22 November 2026, 14:05 UTC",
      ["let your running resource run on until about 22 November 2026, 14:05 UTC"],
    ],
    ["shutdown_lifted", "Your resources keep running", ["is off: your credits last longer than 48 hours"]],
    [
      "shutdown_stopping",
      "Your resources are being stopped: the credits are used up",
      ["so your 3 running resources are being stopped now", "Debt: $0.31"],
    ],
    ["shutdown_stopped", "Your resources are stopped", ["beyond your credits came to $0.31"]],
  ])("%s", (template, subject, sentences) => {
    const letter = write(NOTICES[template]);
    expect(letter.subject).toBe(subject);
    for (const sentence of sentences) expect(letter.text).toContain(sentence);
    expect(letter.text).toContain("Acme Cloud");
    // No placeholder, no raw value, no id a person cannot use.
    expect(letter.text).not.toMatch(/undefined|null|NaN|\[object|\{|\d{7,}/);
  });

  test("an empty wallet and a share of the last top-up have words of their own", () => {
    const empty = write({ template: "low_balance", key, balance: usd(0n), level: nanos(1n), percent: null });
    expect(empty.subject).toBe("Your credits are used up");
    expect(empty.text).toContain("Balance: $0.00");
    const share = write({
      template: "low_balance",
      key,
      balance: usd(999n),
      level: usd(1_000n),
      percent: 20,
    });
    expect(share.text).toContain("below 20% of your last top-up, which is $10.00");
  });
});

describe("HTML", () => {
  test("says what the text says, in the platform's name and colour", () => {
    const { html } = write(NOTICES.auto_top_up_needs_authentication);
    expect(html).toContain("Acme Cloud");
    expect(html).toContain("background:#12715b");
    expect(html).toContain('href="https://bank.test/confirm?a=1&amp;b=2"');
  });

  test("nothing a customer, a card network or an operator wrote becomes markup, nor a second line of the subject", () => {
    const evil = `<img src=x onerror="alert('1')">\r\nBcc: eve@example.test`;
    fc.assert(
      fc.property(fc.oneof(fc.constant(evil), fc.string()), (text) => {
        const letter = writeLetter(
          {
            subject: text,
            paragraphs: [text],
            facts: [[text, text]],
            action: { label: text, url: `https://r.test/${encodeURIComponent(text.toWellFormed())}` },
            because: text,
          },
          { ...sender, name: text },
        );
        const tags = new Set([...letter.html.matchAll(/<\/?([a-z!]+)/g)].map(([, tag]) => tag));
        expect([...tags].filter((tag) => !KNOWN_TAGS.has(tag ?? ""))).toEqual([]);
        expect(letter.html).not.toContain('onerror="');
        expect(letter.subject).not.toMatch(/[\r\n]/);
      }),
    );
  });
});

test("amounts are rounded down to cents, and a remainder is never shown as nothing", () => {
  expect(readableDollars(nanos(4_379_999_999n))).toBe("$4.37");
  expect(readableDollars(nanos(1n))).toBe("less than $0.01");
  expect(readableDollars(nanos(0n))).toBe("$0.00");
  expect(readableDollars(nanos(-1n))).toBe("-$0.01");
  expect(readableDollars(usd(123_456_789n))).toBe("$1,234,567.89");
});

test.each([
  [0n, "less than an hour"],
  [1n, "about an hour"],
  [23n, "about 23 hours"],
  [24n, "about a day"],
  [71n, "about 2 days"],
])("%s hours are %s", (hours, words) => {
  expect(readableHours(hours)).toBe(words);
});

const KNOWN_TAGS = new Set([
  "!doctype",
  "html",
  "head",
  "meta",
  "title",
  "body",
  "div",
  "p",
  "a",
  "table",
  "tr",
  "td",
  "br",
]);
