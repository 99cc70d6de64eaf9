import { NANOS_PER_CENT, type Nanos, nanos } from "@ratebook/core";
import { documentDollars } from "../../invoices/invoice.ts";

/** "$1,204.37": an amount as people read it, rounded down to whole cents; "less than $0.01" for what would be nothing. */
export function readableDollars(amount: Nanos): string {
  if (amount > 0n && amount < NANOS_PER_CENT) return "less than $0.01";
  const cents = amount - (((amount % NANOS_PER_CENT) + NANOS_PER_CENT) % NANOS_PER_CENT);
  return documentDollars(nanos(cents)).replace(/\d+(?=\.)/, (whole) =>
    whole.replace(/\B(?=(\d{3})+$)/g, ","),
  );
}

/** "22 November 2026, 14:05 UTC". */
export function readableInstant(at: Date): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ""} ${year}, ${time.slice(0, 5)} UTC`;
}

/** "22 November 2026". */
export const readableDay = (at: Date): string => readableInstant(at).split(",")[0] ?? "";

/** "about 3 days", "about a day", "about 5 hours", "less than an hour": a stretch of time, rounded down. */
export function readableHours(hours: bigint): string {
  if (hours < 1n) return "less than an hour";
  if (hours < 24n) return hours === 1n ? "about an hour" : `about ${hours} hours`;
  const days = hours / 24n;
  return days === 1n ? "about a day" : `about ${days} days`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
