import { decimalTextFromScientific, multiplyFractions, parseDecimal, roundHalfEven } from "@ratebook/core";
import type { Seeded } from "./seeded.ts";

/** What may be wrong with one printed amount. */
export type Spoiling =
  /** One of its digits is missing: 1.25 is 1.2, 12.5 or 1.5. */
  | "digit"
  /** The price of a thousand where that of a million is due, or the other way round. */
  | "thousandth"
  | "thousandfold"
  /** The same price in yuan. */
  | "yuan";

/** A printed amount, spoiled; null where there is none. `1.5e-07` comes back as plain decimal text. */
export function spoilAmount(printed: string, spoiling: Spoiling, random: Seeded): string | null {
  const plain = decimalTextFromScientific(printed, PLACES);
  if (!plain.ok || !/[1-9]/.test(plain.value)) return null;
  const text = plain.value;
  if (spoiling === "digit") {
    // The 0 before the point, for one, can be missing and nothing is wrong.
    const spoiled = [...text.matchAll(/\d/g)]
      .map(({ index }) => text.slice(0, index) + text.slice(index + 1))
      .filter((each) => /\d/.test(each) && shortest(each) !== text);
    return spoiled.length === 0 ? null : random.pick(spoiled);
  }
  const { num, den } = multiplyFractions(parseDecimal(text), FACTORS[spoiling]);
  const scaled = roundHalfEven({ num: num * 10n ** BigInt(PLACES), den });
  const spoiled = decimalTextFromScientific(`${scaled}e-${PLACES}`, PLACES);
  return spoiled.ok ? spoiled.value : null;
}

/** The amount in its shortest form; "05" is "5", ".5" is "0.5". */
function shortest(printed: string): string | null {
  const plain = decimalTextFromScientific(printed.replace(/^\./, "0.").replace(/\.$/, ""), PLACES);
  return plain.ok ? plain.value : null;
}

const FACTORS = {
  thousandth: { num: 1n, den: 1000n },
  thousandfold: { num: 1000n, den: 1n },
  yuan: { num: 72n, den: 10n },
} as const;

/** As many places as a price may have. */
const PLACES = 18;
