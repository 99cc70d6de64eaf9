/** How often something was called, or billed as infrastructure is: "1,234", "30 bills", "12 and 30 bills". */
export function callsText({ requests, bills }: { requests: number; bills: number }): string {
  if (bills === 0) return requests.toLocaleString("en");
  const billed = `${bills.toLocaleString("en")} bill${bills === 1 ? "" : "s"}`;
  return requests === 0 ? billed : `${requests.toLocaleString("en")} and ${billed}`;
}
