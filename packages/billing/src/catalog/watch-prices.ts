import { proposal } from "@ratebook/db/schema";
import { and, inArray, isNull } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { postGrantBacks } from "../usage/post-grant-backs.ts";
import { auditCatalogue } from "./audit.ts";
import { confirmDatedRates } from "./confirm-dated.ts";
import { expireProposals } from "./expire-proposals.ts";
import { endOverridesWithin } from "./overrides.ts";
import { type PriceAlarms, readPriceAlarms } from "./price-alarms.ts";
import { OVERRIDE_SOURCE } from "./pricing-rules.ts";
import { readProposalPolicy } from "./proposal-policy.ts";
import { inPublication } from "./publication.ts";
import { planRates, publishRates } from "./publish-rates.ts";
import { activateScheduled } from "./schedule-proposal.ts";
import { readFreshness } from "./sources.ts";
import { tellPriceAlarm } from "./tell-price-alarm.ts";

/** What one look at the prices did. */
export type PriceWatch = {
  activated: number;
  returned: number;
  overridesEnded: number;
  /** Rates dated into the future that nothing confirmed when they were due. */
  unconfirmed: number;
  expired: number;
  /** Approved decreases whose difference was given back in full. */
  grantBacks: number;
  /** Held changes that operators were told about now. */
  escalated: number;
  alarms: PriceAlarms;
};

type WatchCtx = Pick<
  Ctx,
  "sql" | "db" | "clock" | "newId" | "catalogue" | "ledger" | "jobs" | "mailer" | "publicUrl"
>;

/**
 * Does what time does to prices: activates scheduled changes that are due, confirms dated rates, ends overrides, dates own costs, lets
 * old proposals lapse, gives approved decreases back, and tells operators by mail, and the platform's endpoints by webhook, what blocks, ages or misses a price that is in use.
 *
 * Safe to run twice and on two machines: every change checks its own precondition, every mail has a key.
 */
export async function watchPrices(ctx: WatchCtx): Promise<PriceWatch> {
  const { activated, returned } = await activateScheduled(ctx, WATCH);
  const unconfirmed = await confirmDatedRates(ctx, WATCH);
  const overridesEnded = await endDueOverrides(ctx);
  await followOwnCosts(ctx);
  const expired = await expireProposals(ctx, WATCH);
  const grantBacks = await postGrantBacks(ctx, WATCH);
  const alarms = await readPriceAlarms(ctx);
  const escalated = await escalate(ctx, alarms);
  await tellOfStale(ctx, alarms);
  await tellOfSources(ctx);
  await tellOfParked(ctx, alarms);
  return {
    activated: activated.length,
    returned: returned.length,
    overridesEnded,
    unconfirmed,
    expired,
    grantBacks,
    escalated,
    alarms,
  };
}

async function endDueOverrides(ctx: WatchCtx): Promise<number> {
  const [due] = await ctx.sql`select from ratebook.price_override where until <= ${ctx.clock()} limit 1`;
  if (!due) return 0;
  return inPublication(ctx, async (publication) => {
    const { tx, now } = publication;
    const ended = await tx<{ offering: string; meter: string }[]>`
      select offering, meter from ratebook.price_override where until <= ${now}`;
    await endOverridesWithin(publication, ended);
    const offerings = [...new Set(ended.map(({ offering }) => offering))];
    const note = "overrides reached their end";
    const version = await publishRates(publication, offerings, { source: OVERRIDE_SOURCE, note });
    await auditCatalogue(publication, WATCH, {
      action: "override.end",
      subject: "due",
      before: { overrides: ended.slice(0, 100), count: ended.length },
      after: { version },
      reason: note,
    });
    return ended.length;
  });
}

/** Own costs begin and end by their dates; publishing what did not change writes nothing. */
async function followOwnCosts(ctx: WatchCtx): Promise<void> {
  const now = ctx.clock();
  const since = new Date(now.getTime() - OWN_COST_LOOKBACK_MS);
  const rows = await ctx.sql<{ offering: string }[]>`
    select distinct offering from ratebook.own_cost
    where (valid_from > ${since} and valid_from <= ${now}) or (valid_until > ${since} and valid_until <= ${now})`;
  const offerings = rows.map(({ offering }) => offering);
  const { opened, closed } = await planRates(ctx.sql, offerings, now);
  if (opened.length === 0 && closed.length === 0) return;
  await inPublication(ctx, (publication) =>
    publishRates(publication, offerings, { source: "operator", note: "own costs by their dates" }),
  );
}

async function escalate(ctx: WatchCtx, { blockedInUse }: PriceAlarms): Promise<number> {
  const { escalateAfterHours } = await readProposalPolicy(ctx.sql);
  if (escalateAfterHours === null) return 0;
  const before = new Date(ctx.clock().getTime() - escalateAfterHours * HOUR_MS);
  const late = blockedInUse.filter(
    ({ heldSince, escalatedAt }) => escalatedAt === null && heldSince <= before,
  );
  if (late.length === 0) return 0;
  const ids = late.map(({ id }) => id);
  await tellPriceAlarm(ctx, {
    key: `proposals-escalated:${opId("mail", ids.toSorted().join(" "))}`,
    what: "change_blocks_price_in_use",
    message: `${late.length} held price ${late.length === 1 ? "change needs" : "changes need"} a decision`,
    subjects: [...new Set(late.map(({ offering }) => offering))],
    mail: {
      template: "proposals-escalated",
      lines: [
        "These changes are held and their offerings are in use, so customers are billed by the last good price:",
        ...late.slice(0, LINES_MAX).map(({ offering, meter, reason }) => `- ${offering} ${meter}: ${reason}`),
        ...more(late.length),
        `Decide them at ${new URL("/proposals", ctx.publicUrl).href}`,
      ],
    },
    within: (tx) =>
      tx
        .update(proposal)
        .set({ escalatedAt: ctx.clock() })
        .where(and(inArray(proposal.id, ids), isNull(proposal.escalatedAt))),
  });
  return late.length;
}

async function tellOfStale(ctx: WatchCtx, { staleInUse }: PriceAlarms): Promise<void> {
  if (staleInUse.length === 0) return;
  // Once a day, and whenever another source goes stale.
  const sources = [...new Set(staleInUse.map(({ source }) => source))].sort();
  await tellPriceAlarm(ctx, {
    key: `prices-stale:${dayOf(ctx.clock())}:${opId("mail", sources.join(" "))}`,
    what: "price_in_use_stale",
    message: `Prices in use are stale: ${sources.slice(0, 5).join(", ")}`,
    subjects: staleInUse.map(({ offering }) => offering),
    mail: {
      template: "prices-stale",
      lines: [
        `${staleInUse.length} offerings that customers use are billed by prices that were not confirmed in time:`,
        ...staleInUse.slice(0, LINES_MAX).map(({ offering, because }) => `- ${offering}: ${because}`),
        ...more(staleInUse.length),
        `See ${new URL("/sync-runs", ctx.publicUrl).href}`,
      ],
    },
  });
}

/** Once a day, and whenever another source misses its objective; nobody is mailed while nothing in use is billed by it. */
async function tellOfSources(ctx: WatchCtx): Promise<void> {
  const stale = (await readFreshness(ctx))
    // One that is switched off, or lacks its key, is read by nobody and misses nothing.
    .filter((source) => source.stale && (source.schedule !== null || source.checkedAt !== null))
    .map(({ source }) => source);
  if (stale.length === 0) return;
  await tellPriceAlarm(ctx, {
    key: `sources-stale:${dayOf(ctx.clock())}:${opId("mail", stale.toSorted().join(" "))}`,
    what: "source_stale",
    message: `Price sources missed their freshness objective: ${stale.slice(0, 5).join(", ")}`,
    subjects: stale,
    mail: null,
  });
}

async function tellOfParked(ctx: WatchCtx, { parked }: PriceAlarms): Promise<void> {
  if (parked.length === 0) return;
  const names = parked.map(({ offering }) => offering ?? "").sort();
  const events = parked.reduce((sum, it) => sum + it.events, 0);
  await tellPriceAlarm(ctx, {
    key: `usage-parked:${dayOf(ctx.clock())}:${opId("mail", names.join(" "))}`,
    what: "usage_parked",
    message: `${events} usage events wait for a price`,
    subjects: names.filter((name) => name !== ""),
    mail: {
      template: "usage-parked",
      lines: [
        "This usage was served and is not debited yet, because nothing prices it:",
        ...parked.slice(0, LINES_MAX).map(({ offering, reason, events: count, customers, quantities }) => {
          const used = Object.entries(quantities).map(([meter, quantity]) => `${quantity} ${meter}`);
          return `- ${offering ?? "no offering"} (${reason}): ${count} events of ${customers} customers, ${used.join(", ")}`;
        }),
        ...more(parked.length),
        `Price it and rate it at ${new URL("/parked", ctx.publicUrl).href}`,
      ],
    },
  });
}

const more = (count: number): string[] => (count > LINES_MAX ? [`- and ${count - LINES_MAX} more`] : []);
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const WATCH = { kind: "system", name: "price watch" } as const satisfies Actor;
const LINES_MAX = 50;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than any outage the watch is expected to sleep through. */
const OWN_COST_LOOKBACK_MS = 7 * DAY_MS;
