/** How long until an instant, in two units, rounded down: "1 day 23 h", "5 h 12 min", "12 min"; "now" once it came. */
export function countdownText(until: Date, now: Date): string {
  const minutes = Math.trunc((until.getTime() - now.getTime()) / 60_000);
  if (minutes <= 0) return "now";
  const [days, hours, rest] = [Math.trunc(minutes / 1_440), Math.trunc(minutes / 60) % 24, minutes % 60];
  if (days > 0) return `${days} ${days === 1 ? "day" : "days"}${hours > 0 ? ` ${hours} h` : ""}`;
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
}

/** "in 5 h 12 min", or "now" once it came. */
export function untilText(until: Date, now: Date): string {
  const left = countdownText(until, now);
  return left === "now" ? left : `in ${left}`;
}

/** A runway in words: "7 days", "1.5 days", "–" where nothing is being spent. */
export function runwayText(days: number | null): string {
  if (days === null) return "–";
  if (days >= 1_000) return "1,000 days or more";
  return days === 1 ? "1 day" : `${days} days`;
}
