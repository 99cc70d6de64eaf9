/** A meter's name for people: "Input tokens", "Cache write 1h tokens", "STT second", "Proxy call". */
export function meterLabel(meter: string): string {
  const words = meter
    .replace(/^x_/, "")
    .split("_")
    .map((word) => ABBREVIATIONS.get(word) ?? word)
    .join(" ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["tts", "TTS"],
  ["stt", "STT"],
  ["gb", "GB"],
]);
