import type { Granularity } from "./usage-view.ts";

/** A period by its start in a zone: "22 Nov", "22 Nov, 14:00", "Nov 2026". */
export function periodText(start: Date, granularity: Granularity, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, ...FORMATS[granularity] }).format(start);
}

const DAY = { day: "numeric", month: "short" } as const;
const FORMATS: { readonly [granularity in Granularity]: Intl.DateTimeFormatOptions } = {
  hour: { ...DAY, hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: DAY,
  week: DAY,
  month: { month: "short", year: "numeric" },
};
