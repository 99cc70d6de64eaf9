import { type Nanos, nanos, roundHalfEven, sizeWeight } from "@ratebook/core";

/** A size in words: "2 × 1,792 CPU, 3,584 MB". */
export function sizeText(size: { cpu: number | null; memoryMb: number | null; instances: number }): string {
  const count = size.instances === 1 ? "" : `${size.instances} × `;
  if (size.cpu === null || size.memoryMb === null) return size.instances === 1 ? "1" : `${size.instances}`;
  return `${count}${size.cpu.toLocaleString("en")} CPU, ${size.memoryMb.toLocaleString("en")} MB`;
}

/** Bytes in GB of 10⁹, at most two places. */
export function gigabytesText(bytes: bigint): string {
  const hundredths = (bytes + 5_000_000n) / 10_000_000n;
  const part = (hundredths % 100n).toString().padStart(2, "0").replace(/0+$/, "");
  return `${(hundredths / 100n).toLocaleString("en")}${part === "" ? "" : `.${part}`} GB`;
}

/** What a container of a size costs a day, from the price of the flat size; null for what is no size yet. */
export function sizeCost(
  perDay: Nanos,
  size: { cpu: number; memoryMb: number; instances: number },
): Nanos | null {
  const parts = [size.cpu, size.memoryMb, size.instances];
  if (!parts.every((it) => Number.isSafeInteger(it) && it > 0)) return null;
  return nanos(roundHalfEven({ num: perDay * sizeWeight(size), den: 1792n }));
}
