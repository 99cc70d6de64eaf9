import {
  announceContractChanges,
  announceExpiring,
  type Ctx,
  closeVolumeMonths,
  grantRecurring,
  issueMissingInvoices,
  type MailTransport,
  rateParked,
  remindOverdue,
  renewCreditLines,
  rollDueWallets,
  rollUsage,
  sendDueMails,
  sendDueWebhooks,
  sweepPayments,
  type TICKS,
  tidyUp,
  verifyBooks,
  type WebhookTransport,
  watchAlerts,
  watchContracts,
  watchPrices,
} from "@ratebook/billing";
import { connect } from "@ratebook/db";
import { alertAfter } from "./alert-after.ts";
import type { JobHandlers } from "./job-runner.ts";
import { liftAfter } from "./lift-after.ts";
import { createPaymentHandlers, type PaymentJob, refillAfter } from "./payment-handlers.ts";
import { createResourceHandlers } from "./resource-handlers.ts";
import { sweepTokenPayments } from "./sweep-token-payments.ts";

/** What the jobs need besides the use cases' context. */
export type HandlerTools = {
  databaseUrl: string;
  /** Null where there is no mail server. */
  mailTransport: MailTransport | null;
  webhookTransport: WebhookTransport;
  /** Told how many places break an invariant, for the metric. */
  onBooksVerified: (violations: number) => void;
};

/** The server's background work by name. The clock's names are those of `TICKS`; `ledger-event` is the outbox's. */
export function createHandlers(
  ctx: Ctx,
  tools: HandlerTools,
): { [name in (typeof TICKS)[number] | PaymentJob | "ledger-event"]: JobHandlers[string] } {
  return {
    "roll-wallets": async () => {
      while ((await rollDueWallets(ctx, { limit: ROLL_LIMIT })) === ROLL_LIMIT);
    },
    "roll-usage": async () => {
      while ((await rollUsage(ctx, { entries: USAGE_ENTRIES })) > 0n);
    },
    "verify-books": () => verify(ctx, tools),
    "rate-parked": () => rateAllParked(ctx),
    "watch-prices": async () => {
      const { alarms, ...done } = await watchPrices(ctx);
      if (Object.values(done).some((count) => count > 0)) ctx.log.info(done, "time changed prices");
      const { staleInUse, blockedInUse, parked } = alarms;
      if (staleInUse.length + blockedInUse.length + parked.length > 0) {
        const counts = { stale: staleInUse.length, blocked: blockedInUse.length, parked: parked.length };
        ctx.log.warn(counts, "prices in use need an operator");
      }
    },
    "tidy-up": () => tidy(ctx),
    "sweep-payments": async () => {
      await sweepTokenPayments(ctx);
      while ((await grantRecurring(ctx, GRANT_LIMIT)) === GRANT_LIMIT);
      await sweepPayments(ctx);
    },
    "issue-invoices": async () => {
      let written: number;
      do written = (await issueMissingInvoices(ctx)).issued;
      while (written > 0);
    },
    "send-mails": async () => {
      if (tools.mailTransport === null) return;
      const { sent, failed } = await sendDueMails(ctx, tools.mailTransport);
      if (failed > 0) ctx.log.warn({ sent, failed }, "the mail server did not take every mail");
    },
    "send-webhooks": async () => {
      const { delivered, failed, more } = await sendDueWebhooks(ctx, tools.webhookTransport);
      if (failed > 0) ctx.log.info({ delivered, failed }, "not every webhook was taken");
      if (more) await ctx.jobs.enqueue("send-webhooks", ctx.newId(), {});
    },
    "watch-alerts": async () => {
      await watchAlerts(ctx);
    },
    "announce-expiring": async () => {
      const told = await announceExpiring(ctx);
      if (told > 0) ctx.log.info({ told }, "credits that expire soon were announced");
      const reminded = await remindOverdue(ctx);
      if (reminded > 0) ctx.log.info({ reminded }, "customers were told of overdue invoices");
    },
    "renew-credit-lines": async () => {
      const granted = await renewCreditLines(ctx);
      if (granted > 0) ctx.log.info({ granted }, "credit lines began again");
    },
    "close-volume": async () => {
      const { closed } = await closeVolumeMonths(ctx);
      if (closed > 0) ctx.log.info({ closed }, "months of volume discounts were closed");
    },
    "watch-contracts": async () => {
      const news = await watchContracts(ctx);
      if (news.length > 0) ctx.log.warn({ count: news.length }, "contracts need an operator's eye");
      const told = await announceContractChanges(ctx);
      if (told > 0) ctx.log.info({ told }, "customers were told what changes in their contracts");
    },
    ...createPaymentHandlers(ctx),
    ...createResourceHandlers(ctx),
    "ledger-event": async (payload) => {
      ctx.log.info({ event: payload }, "the ledger announced something");
      // First: it asks nobody outside, and tells what a refill then makes good.
      await alertAfter(ctx, payload);
      await refillAfter(ctx, payload);
      await liftAfter(ctx, payload);
    },
  };
}

/** Reads every entry, so it takes a connection of its own, without the short timeout of requests. */
async function verify(ctx: Ctx, { databaseUrl, onBooksVerified }: HandlerTools): Promise<void> {
  const { sql, close } = connect({
    url: databaseUrl,
    max: 1,
    applicationName: "ratebook verify-books",
    statementTimeoutMs: 15 * 60_000,
  });
  try {
    const broken = (await verifyBooks({ sql })).filter((check) => (check.violations ?? 0) > 0);
    onBooksVerified(broken.reduce((sum, check) => sum + (check.violations ?? 0), 0));
    for (const check of broken) {
      ctx.log.error(
        { invariant: check.id, violations: check.violations },
        `the books break: ${check.sentence}`,
      );
    }
  } finally {
    await close();
  }
}

/** Looks at every parked event once, however many before it still have no price. */
async function rateAllParked(ctx: Ctx): Promise<void> {
  let cursor: string | undefined;
  do {
    const round = await rateParked(ctx, JOBS, { dryRun: false, limit: PARKED_LIMIT, cursor });
    if (!round.ok) throw new Error(round.error.message);
    const { rated, nextCursor } = round.value;
    if (rated > 0) ctx.log.info({ rated }, "parked usage was rated");
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Removes what has served its purpose: quotes past their use, ended sessions and used-up links. */
async function tidy(ctx: Ctx): Promise<void> {
  const yesterday = new Date(ctx.clock().getTime() - DAY_MS);
  await tidyUp(ctx);
  await ctx.sql`delete from ratebook.session where expires_at < ${yesterday}`;
  await ctx.sql`delete from ratebook.verification where expires_at < ${yesterday}`;
}

const JOBS = { kind: "system", name: "jobs" } as const;
const PARKED_LIMIT = 1_000;
const ROLL_LIMIT = 500;
/** A transaction of about a second, well below the timeout of a statement. */
const USAGE_ENTRIES = 20_000;
const GRANT_LIMIT = 200;
const DAY_MS = 86_400_000;
