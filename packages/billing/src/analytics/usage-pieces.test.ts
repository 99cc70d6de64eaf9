import fc from "fast-check";
import { expect, test } from "vitest";
import { usagePieces } from "./usage-pieces.ts";

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const at = (text: string) => new Date(`2026-11-${text}Z`);

test("a day of a zone is the UTC day nearest to it, with and without hours at its ends", () => {
  // A day and the next of Asia/Kolkata, which is five hours and a half ahead.
  const [first, second, end] = [at("09T18:30"), at("10T18:30"), at("11T18:30")];
  expect(usagePieces([first, second], end)).toEqual([
    { rollup: "quarter", from: first, to: at("09T19:00"), into: first, outOf: null },
    { rollup: "hour", from: at("09T19:00"), to: at("10T00:00"), into: first, outOf: null },
    { rollup: "day", from: at("10T00:00"), to: at("11T00:00"), into: first, outOf: null },
    { rollup: "quarter", from: second, to: at("10T19:00"), into: second, outOf: first },
    { rollup: "hour", from: at("10T19:00"), to: at("11T00:00"), into: second, outOf: first },
    { rollup: "day", from: at("11T00:00"), to: at("12T00:00"), into: second, outOf: null },
    { rollup: "quarter", from: end, to: at("11T19:00"), into: null, outOf: second },
    { rollup: "hour", from: at("11T19:00"), to: at("12T00:00"), into: null, outOf: second },
  ]);
});

test("UTC days are read as they are", () => {
  const cuts = [at("10T00:00"), at("11T00:00")];
  expect(usagePieces(cuts, at("12T00:00")).map(({ rollup }) => rollup)).toEqual(["day", "day"]);
});

test("pieces add up to each part's quarters of an hour, each once, wherever the cuts are", () => {
  const instants = fc.uniqueArray(fc.nat(400), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(instants, (quarters) => {
      const ends = quarters.sort((a, b) => a - b).map((n) => new Date(n * QUARTER_MS));
      const [cuts, to] = [ends.slice(0, -1), ends.at(-1) ?? new Date(0)];
      const pieces = usagePieces(cuts, to);
      const unit = { day: DAY_MS, hour: 4 * QUARTER_MS, quarter: QUARTER_MS };
      const torn = pieces.filter((it) => [it.from, it.to].some((end) => +end % unit[it.rollup] !== 0));
      expect(torn).toEqual([]);
      expect(pieces.filter(({ from, to }) => from >= to)).toEqual([]);
      // How often each quarter is in each part.
      const times = cuts.map(() => new Map<number, number>());
      const count = (cut: Date | null, quarter: number, sign: number) => {
        const part = times[cut === null ? -1 : cuts.indexOf(cut)];
        part?.set(quarter, (part.get(quarter) ?? 0) + sign);
      };
      for (const piece of pieces) {
        for (let quarter = +piece.from; quarter < +piece.to; quarter += QUARTER_MS) {
          count(piece.into, quarter, 1);
          count(piece.outOf, quarter, -1);
        }
      }
      const read = times.map((part) =>
        [...part].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b),
      );
      const meant = cuts.map((cut, place) => {
        const length = (+(cuts[place + 1] ?? to) - +cut) / QUARTER_MS;
        return Array.from({ length }, (_, n) => [+cut + n * QUARTER_MS, 1]);
      });
      if (JSON.stringify(read) !== JSON.stringify(meant)) expect(read).toEqual(meant);
    }),
  );
});
