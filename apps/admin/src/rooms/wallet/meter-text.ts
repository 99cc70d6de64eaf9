/** A meter's name for people: "Input tokens", "STT second", "Storage GB day", "Proxy call" for "x_proxy_call". */
export function meterText(meter: string): string {
  const words = meter
    .replace(/^x_/, "")
    .split("_")
    .map((word) => ABBREVIATIONS.get(word) ?? word)
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["tts", "TTS"],
  ["stt", "STT"],
  ["gb", "GB"],
]);
