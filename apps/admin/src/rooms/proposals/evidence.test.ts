import { expect, test } from "vitest";
import { type Evidence, markedParts, sourcesSideBySide } from "./evidence.ts";

const word = (usd: string, when = {}, decides = false) => ({
  source: "",
  when,
  usd,
  per: 1_000_000n,
  free: false,
  decides,
  sha256: "",
  where: null,
  acceptedAt: new Date(0),
  missingSince: null,
  agrees: null,
  ratio: null,
});

/** Only what the table is made of; the rest of a page of evidence plays no part in it. */
const evidenceOf = (parts: object): Evidence => parts as Evidence;

const acmeProposes = {
  proposal: { source: "acme", when: {}, newUsd: "0.6", newPer: 1_000_000n },
  authority: {
    sources: [
      { source: "acme", rank: 1, because: "The provider's own page or API.", rates: [word("0.2", {}, true)] },
      {
        source: "bolt",
        rank: null,
        because: "A witness.",
        rates: [word("0.599"), word("9", { service_tier: "batch" })],
      },
    ],
  },
  witnesses: [
    {
      source: "bolt",
      usd: "0.599",
      per: 1_000_000n,
      standing: "accepted",
      agreesWithNew: true,
      ratioToNew: "0.9983",
    },
    {
      source: "crux",
      usd: "0.9",
      per: 1_000_000n,
      standing: "proposed",
      agreesWithNew: false,
      ratioToNew: "1.5",
    },
  ],
};

test("the proposed price stands first, then what is known in order of authority, then what others propose", () => {
  expect(
    sourcesSideBySide(evidenceOf(acmeProposes)).map(({ source, standing, usd, decides, rank, agrees }) => [
      source,
      standing,
      usd,
      decides,
      rank,
      agrees,
    ]),
  ).toEqual([
    ["acme", "this", "0.6", false, 1, null],
    ["acme", "accepted", "0.2", true, 1, null],
    ["bolt", "accepted", "0.599", false, null, true],
    ["crux", "proposed", "0.9", false, undefined, false],
  ]);
});

test("prices under other conditions, and a removal without a new price, are not compared", () => {
  const removal = { ...acmeProposes.proposal, newUsd: null, newPer: null };
  const sides = sourcesSideBySide(evidenceOf({ ...acmeProposes, proposal: removal, witnesses: [] }));
  expect(sides.map(({ standing, usd }) => [standing, usd])).toEqual([
    ["accepted", "0.2"],
    ["accepted", "0.599"],
  ]);
});

test("a text is cut around its mark and loses nothing", () => {
  const text = '{"in": 0.60}';
  const { before, marked, after } = markedParts(text, { from: 7, to: 11 });
  expect([before, marked, after]).toEqual(['{"in": ', "0.60", "}"]);
  expect(markedParts(text, null)).toEqual({ before: text, marked: "", after: "" });
});
