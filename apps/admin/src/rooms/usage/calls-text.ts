/** How often something was called, or billed by the day: "1,234", "30 daily bills", "12 and 30 daily bills". */
export function callsText({ requests, bills }: { requests: number; bills: number }): string {
  if (bills === 0) return requests.toLocaleString("en");
  const billed = `${bills.toLocaleString("en")} daily bill${bills === 1 ? "" : "s"}`;
  return requests === 0 ? billed : `${requests.toLocaleString("en")} and ${billed}`;
}
