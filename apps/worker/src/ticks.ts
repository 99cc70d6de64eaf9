/** When the server's own jobs are due, in UTC. */
export const TICKS = [
  { name: "roll-wallets", expression: "* * * * *" },
  { name: "roll-usage", expression: "* * * * *" },
  { name: "sweep-payments", expression: "* * * * *" },
  // At midnight, and again for what was missed then.
  { name: "bill-resources", expression: "*/5 * * * *" },
  { name: "watch-runways", expression: "* * * * *" },
  { name: "issue-invoices", expression: "* * * * *" },
  { name: "send-mails", expression: "* * * * *" },
  { name: "send-webhooks", expression: "* * * * *" },
  { name: "watch-alerts", expression: "*/5 * * * *" },
  { name: "announce-expiring", expression: "15 * * * *" },
  { name: "renew-credit-lines", expression: "* * * * *" },
  { name: "close-volume", expression: "50 * * * *" },
  { name: "watch-contracts", expression: "35 * * * *" },
  { name: "rate-parked", expression: "23 * * * *" },
  { name: "watch-prices", expression: "*/5 * * * *" },
  { name: "verify-books", expression: "40 3 * * *" },
  { name: "tidy-up", expression: "10 4 * * *" },
] as const;
