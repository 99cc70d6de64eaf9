/** How long before `now` an instant was: "just now", "5 min ago", "3 h ago", "2 days ago"; "in 3 h" for the future. */
export function ageText(at: Date, now: Date): string {
  const seconds = Math.trunc((now.getTime() - at.getTime()) / 1000);
  const length = Math.abs(seconds);
  if (length < 60) return "just now";
  const words = lengthText(length);
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

/** A length of time in its largest fitting unit, rounded down. */
export function lengthText(seconds: number): string {
  const [unit, size] = UNITS.find(([, secondsOf]) => seconds >= secondsOf) ?? ["s", 1];
  const count = Math.trunc(seconds / size);
  return unit === "day" ? `${count} ${count === 1 ? "day" : "days"}` : `${count} ${unit}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["h", 3_600],
  ["min", 60],
];
