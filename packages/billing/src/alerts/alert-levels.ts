import { type AlertLevel, levelOf, NANOS_PER_USD, type Nanos, nanos } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { alertLevel, alertSetting } from "@ratebook/db/schema";
import { and, eq, inArray, isNotNull } from "drizzle-orm";
import { exchangeWatchedLevels } from "../ledger/watched-levels.ts";

/** Where nobody set anything: a fifth of the last top-up, five dollars, empty, and three days ahead. */
export const DEFAULT_LEVELS: readonly AlertLevel[] = [
  { kind: "percent", percent: 20 },
  { kind: "amount", amount: nanos(5n * NANOS_PER_USD) },
  { kind: "amount", amount: nanos(0n) },
];
const DEFAULT_RUNWAY_DAYS = 3;

/** Gives a customer that is being created its alerts, so that nobody's credits end in silence. */
export async function openAlerts(tx: Transaction, customerId: string, now: Date): Promise<void> {
  await tx.insert(alertSetting).values({
    customerId,
    byMail: true,
    emails: [],
    runwayDays: DEFAULT_RUNWAY_DAYS,
    updatedAt: now,
  });
  await setLevels(tx, customerId, DEFAULT_LEVELS, null);
}

/** Has exactly these levels watched. One that stays keeps what was told of it; a new one is told when it is next crossed. */
export async function setLevels(
  tx: Transaction,
  customerId: string,
  levels: readonly AlertLevel[],
  lastTopUp: Nanos | null,
): Promise<void> {
  const before = await tx
    .select()
    .from(alertLevel)
    .where(eq(alertLevel.customerId, customerId))
    .for("update");
  const wanted = new Map(levels.map((level) => [levelName(level), level]));
  const gone = before.filter(({ name }) => !wanted.has(name));
  const fresh = [...wanted].filter(([name]) => !before.some((row) => row.name === name));
  if (gone.length > 0) {
    const names = gone.map(({ name }) => name);
    await tx
      .delete(alertLevel)
      .where(and(eq(alertLevel.customerId, customerId), inArray(alertLevel.name, names)));
  }
  const rows = fresh.map(([name, level]) => ({
    customerId,
    name,
    percent: level.kind === "percent" ? level.percent : null,
    levelNanos: levelOf(level, lastTopUp),
  }));
  if (rows.length > 0) await tx.insert(alertLevel).values(rows);
  await exchangeWatchedLevels(tx, customerId, { remove: given(gone), add: given(rows) });
}

/** Lets levels that are a share of the last top-up follow a new one. */
export async function followTopUp(tx: Transaction, customerId: string, amount: Nanos): Promise<void> {
  await tx
    .update(alertSetting)
    .set({ lastTopUpNanos: amount })
    .where(eq(alertSetting.customerId, customerId));
  const shares = await tx
    .select()
    .from(alertLevel)
    .where(and(eq(alertLevel.customerId, customerId), isNotNull(alertLevel.percent)))
    .for("update");
  for (const { name, percent } of shares) {
    const levelNanos = levelOf({ kind: "percent", percent: percent ?? 0 }, amount);
    await tx
      .update(alertLevel)
      .set({ levelNanos })
      .where(and(eq(alertLevel.customerId, customerId), eq(alertLevel.name, name)));
  }
  const add = shares.map(({ percent }) => ({
    levelNanos: levelOf({ kind: "percent", percent: percent ?? 0 }, amount),
  }));
  await exchangeWatchedLevels(tx, customerId, { remove: given(shares), add: given(add) });
}

/** The level that a row's name says. */
export const levelNamed = ({ name, percent }: { name: string; percent: number | null }): AlertLevel =>
  percent === null
    ? { kind: "amount", amount: nanos(BigInt(name.slice("amount:".length))) }
    : { kind: "percent", percent };

const levelName = (level: AlertLevel): string =>
  level.kind === "amount" ? `amount:${level.amount}` : `percent:${level.percent}`;

const given = (rows: readonly { levelNanos: bigint | null }[]): Nanos[] =>
  rows.flatMap(({ levelNanos }) => (levelNanos === null ? [] : [nanos(levelNanos)]));
