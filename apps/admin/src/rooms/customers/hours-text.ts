/** How long credits last, in the unit that says enough: "5 h", "3 days"; a dash where nothing is being spent. */
export function hoursText(hours: number | null): string {
  if (hours === null) return "–";
  if (hours <= 0) return "none";
  if (hours < 48) return `${hours} h`;
  const days = Math.trunc(hours / 24);
  return days > 999 ? "over 999 days" : `${days} days`;
}
