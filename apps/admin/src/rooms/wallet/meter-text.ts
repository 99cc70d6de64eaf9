/** A meter's name for people: "input_tokens" is "Input tokens", "x_proxy_call" is "Proxy call". */
export function meterText(meter: string): string {
  const words = meter.replace(/^x_/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
