import type { Api } from "./trpc.ts";

/** What is wrong with prices that are in use. */
type PriceAlarms = Pick<Api<"catalog", "alarms">, "staleInUse" | "blockedInUse">;
type Source = Pick<Api<"catalog", "sources">[number], "title" | "stale" | "checkedAt">;

/** One thing an operator has to know about prices, and where to see to it. */
export type AlarmLine = { text: string; loud: boolean; to: string; action: string };

/** What the banner says, the loudest first; nothing where all prices are in order. */
export function alarmLines(alarms: PriceAlarms | undefined, sources: readonly Source[]): AlarmLine[] {
  const stale = alarms?.staleInUse ?? [];
  const blocked = (alarms?.blockedInUse ?? []).filter(({ escalatedAt }) => escalatedAt !== null);
  // One that was never read has no prices that could be old.
  const old = sources.filter(({ stale: isStale, checkedAt }) => isStale && checkedAt !== null);
  const lines: (AlarmLine | false)[] = [
    stale.length > 0 && {
      loud: true,
      text: `Stale and in use: ${named(stale.map(({ offering }) => offering))}.`,
      to: "/sync-runs",
      action: "See the sources",
    },
    blocked.length > 0 && {
      loud: true,
      text: `Held for long and in use: ${named(blocked.map(({ offering }) => offering))}.`,
      to: "/proposals",
      action: "Decide",
    },
    old.length > 0 && {
      loud: false,
      text: `Not read for longer than allowed: ${named(old.map(({ title }) => title))}.`,
      to: "/sync-runs",
      action: "Read them now",
    },
  ];
  return lines.filter((line) => line !== false);
}

/** The first two by name, and how many more. */
function named(all: readonly string[]): string {
  const names = [...new Set(all)];
  const more = names.length - 2;
  return more > 0 ? `${names.slice(0, 2).join(", ")} and ${more} more` : names.join(" and ");
}
