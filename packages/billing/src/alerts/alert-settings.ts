import {
  type AlertLevel,
  err,
  formatUsd,
  must,
  type Nanos,
  nanos,
  ok,
  type Result,
  runwayHours,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { alertLevel, alertSetting } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { lockWallet } from "../ledger/set-wallet.ts";
import { readRunways } from "../resources/read-runways.ts";
import { resolvePayer } from "../top-up/payer.ts";
import { readStanding } from "../usage/get-balance.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { levelNamed, setLevels } from "./alert-levels.ts";

/** What a customer is told about its money, and how that stands. */
export type AlertSettings = {
  byMail: boolean;
  /** Addresses in place of the customer's own; empty: its own. */
  emails: string[];
  ownEmail: string | null;
  /** Highest first. `below`: the balance under which it is told, null for a share of a purchase that never was. */
  levels: (AlertLevel & { below: Nanos | null; crossed: boolean })[];
  runwayDays: number | null;
  dailySpend: Nanos | null;
  monthlySpend: Nanos | null;
  lastTopUp: Nanos | null;
  /** At the present burn; `hoursLeft` null: nothing is being used. */
  forecast: { dailyBurn: Nanos; hoursLeft: bigint | null };
};

export type SaveAlertsInput = AlertsChange & { customer?: string | undefined };

export type AlertsChange = {
  byMail?: boolean | undefined;
  emails?: readonly string[] | undefined;
  levels?: readonly AlertLevel[] | undefined;
  runwayDays?: number | null | undefined;
  dailySpend?: Nanos | null | undefined;
  monthlySpend?: Nanos | null | undefined;
};

/** A customer's alerts, the ones every customer starts with where nobody changed them. */
export async function getAlerts(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<AlertSettings, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  return customer.ok ? ok(await read(ctx, customer.value.id)) : customer;
}

/** Changes a customer's alerts; what is not named stays. Repeating it changes nothing. */
export async function saveAlerts(
  ctx: Ctx,
  actor: Actor,
  input: SaveAlertsInput,
): Promise<Result<AlertSettings, ResolveCustomerError | InvalidField>> {
  const customer = await resolvePayer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const saved = await inTransaction(ctx.db, (tx) => changeAlerts(ctx, tx, actor, customerId, input));
  return saved.ok ? ok(await read(ctx, customerId)) : saved;
}

/** Changes a customer's alerts within a transaction. */
export async function changeAlerts(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  customerId: string,
  input: AlertsChange,
): Promise<Result<null, InvalidField>> {
  const invalid = problemOf(input);
  if (invalid) return err(invalid);
  // Before the alerts, as a settlement that makes levels follow it does.
  if (input.levels !== undefined) await lockWallet(tx, customerId);
  const [row] = await tx
    .select()
    .from(alertSetting)
    .where(eq(alertSetting.customerId, customerId))
    .for("update");
  const before = must(row, "a customer has alerts from the moment it exists");
  const daily = input.dailySpend === undefined ? before.dailySpendNanos : input.dailySpend;
  const monthly = input.monthlySpend === undefined ? before.monthlySpendNanos : input.monthlySpend;
  const runwayDays = input.runwayDays === undefined ? before.runwayDays : input.runwayDays;
  const [after] = await tx
    .update(alertSetting)
    .set({
      byMail: input.byMail ?? before.byMail,
      emails: input.emails === undefined ? before.emails : [...new Set(input.emails)],
      runwayDays,
      runwayArmed: runwayDays === before.runwayDays ? before.runwayArmed : true,
      dailySpendNanos: daily,
      monthlySpendNanos: monthly,
      // Another limit is another occasion, also within the period.
      dailyToldOn: daily === before.dailySpendNanos ? before.dailyToldOn : null,
      monthlyToldOn: monthly === before.monthlySpendNanos ? before.monthlyToldOn : null,
      updatedAt: ctx.clock(),
    })
    .where(eq(alertSetting.customerId, customerId))
    .returning();
  if (input.levels !== undefined) {
    const { lastTopUpNanos } = before;
    await setLevels(tx, customerId, input.levels, lastTopUpNanos === null ? null : nanos(lastTopUpNanos));
  }
  await recordAudit(ctx, tx, actor, {
    action: "alerts.update",
    subject: customerId,
    customerId,
    before: noted(before),
    after: { ...noted(after ?? before), ...(input.levels && { levels: input.levels.map(levelText) }) },
  });
  return ok(null);
}

function problemOf(input: AlertsChange): InvalidField | null {
  const invalid = (field: string, message: string): InvalidField => ({
    kind: "validation_error",
    field,
    message,
  });
  if ((input.emails?.length ?? 0) > MOST_EMAILS) return invalid("emails", `at most ${MOST_EMAILS}`);
  if ((input.levels?.length ?? 0) > MOST_LEVELS) return invalid("thresholds", `at most ${MOST_LEVELS}`);
  for (const level of input.levels ?? []) {
    if (level.kind === "amount" && level.amount < 0n) return invalid("thresholds", "must not be negative");
    if (level.kind === "percent" && !(Number.isInteger(level.percent) && inRange(level.percent, 100))) {
      return invalid("thresholds", "a percentage is a whole number from 1 to 100");
    }
  }
  const days = input.runwayDays;
  if (days != null && !(Number.isInteger(days) && inRange(days, MOST_DAYS))) {
    return invalid("runwayDays", `must be a whole number from 1 to ${MOST_DAYS}`);
  }
  if (input.dailySpend != null && input.dailySpend <= 0n) return invalid("dailySpend", "must be more than 0");
  if (input.monthlySpend != null && input.monthlySpend <= 0n) {
    return invalid("monthlySpend", "must be more than 0");
  }
  return null;
}

const inRange = (n: number, most: number): boolean => n >= 1 && n <= most;

async function read(ctx: Ctx, customerId: string): Promise<AlertSettings> {
  const [[row], levels, standing, runways, [owner]] = await Promise.all([
    ctx.db.select().from(alertSetting).where(eq(alertSetting.customerId, customerId)),
    ctx.db.select().from(alertLevel).where(eq(alertLevel.customerId, customerId)),
    readStanding(ctx, customerId),
    readRunways(ctx, [customerId]),
    ctx.sql<{ email: string | null }[]>`select email from ratebook.customer where id = ${customerId}`,
  ]);
  const it = must(row, "a customer has alerts from the moment it exists");
  const runway = must(runways.get(customerId), "a customer has a wallet");
  return {
    byMail: it.byMail,
    emails: it.emails,
    ownEmail: owner?.email ?? null,
    levels: levels
      .map((level) => ({
        ...levelNamed(level),
        below: level.levelNanos === null ? null : nanos(level.levelNanos),
        crossed: level.levelNanos !== null && standing.balance < level.levelNanos,
      }))
      .sort((a, b) => ((b.below ?? 0n) > (a.below ?? 0n) ? 1 : (b.below ?? 0n) < (a.below ?? 0n) ? -1 : 0)),
    runwayDays: it.runwayDays,
    dailySpend: optional(it.dailySpendNanos),
    monthlySpend: optional(it.monthlySpendNanos),
    lastTopUp: optional(it.lastTopUpNanos),
    forecast: {
      dailyBurn: nanos(runway.infrastructureDaily + runway.usageDaily),
      hoursLeft: runwayHours(runway.runwayMs),
    },
  };
}

const optional = (amount: bigint | null): Nanos | null => (amount === null ? null : nanos(amount));

type Row = typeof alertSetting.$inferSelect;
const noted = (row: Row) => ({
  byMail: row.byMail,
  emails: row.emails,
  runwayDays: row.runwayDays,
  dailySpend: row.dailySpendNanos === null ? null : formatUsd(nanos(row.dailySpendNanos)),
  monthlySpend: row.monthlySpendNanos === null ? null : formatUsd(nanos(row.monthlySpendNanos)),
});

const levelText = (level: AlertLevel): string =>
  level.kind === "amount" ? formatUsd(level.amount) : `${level.percent}%`;

const MOST_EMAILS = 5;
const MOST_LEVELS = 10;
const MOST_DAYS = 90;
