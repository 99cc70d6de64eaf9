import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogueFixture, type DocumentDraft } from "../testing/catalogue-fixture.ts";

/** Three sources that overlap, disagree, and lose and regain prices over three rounds. */
const SOURCES = ["litellm", "openai", "genai-prices"] as const;
type Source = (typeof SOURCES)[number];

let databases: TestDatabase[] = [];
beforeAll(async () => {
  databases = await Promise.all(permutations(SOURCES).map(() => testDatabase()));
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

test("all orders of three sources, round after round, give the same active rates", async () => {
  const results = await Promise.all(
    permutations(SOURCES).map(async (order, index) => {
      const database = databases[index];
      if (database === undefined) throw new Error("there is a database for each order");
      const fixture = await catalogueFixture(database.sql);
      const rounds: string[][] = [];
      for (let round = 0; round < 3; round++) {
        for (const source of order) await fixture.submit(source, documentOfRound(source, round));
        rounds.push(
          fixture.catalogue
            .all()
            .flatMap(({ offering, listed, modality, rates }) =>
              [
                `${offering} ${listed} ${modality}`,
                ...rates.map(
                  ({ meter, usd, per, when, source }) =>
                    `${offering} ${meter} ${usd}/${per} ${JSON.stringify(when)} ${source}`,
                ),
              ].sort(),
            ),
        );
        fixture.advance(24 * 3_600_000);
      }
      return rounds;
    }),
  );
  const [first] = results;
  expect(first?.[2]?.length).toBeGreaterThan(60);
  for (const rounds of results) expect(rounds).toEqual(first);
});

/** A price between $0.50 and $8 per million that differs by source, model, meter and round, without chance. */
function priceOf(source: Source, model: number, meter: number, round: number): string {
  const base = ((model * 7 + meter * 3) % 15) + 1;
  // Every fifth model jumps by three in the second round, in two of the sources: they confirm each other.
  const jump = round > 0 && model % 5 === 0 && source !== "genai-prices" ? 3 : 1;
  // Every seventh jumps in one source alone and stays held; every eleventh differs a little between sources.
  const alone = round > 0 && model % 7 === 3 && source === "openai" ? 3 : 1;
  const own = model % 11 === 0 ? SOURCES.indexOf(source) : 0;
  return `${(base * jump * alone * 50 + own) / 100}`;
}

function documentOfRound(source: Source, round: number): DocumentDraft {
  const models = Array.from({ length: 30 }, (_, model) => model)
    // Each source lacks some models, and others in the last round.
    .filter((model) => model % 6 !== SOURCES.indexOf(source) || model % 5 === 0)
    .filter((model) => round < 2 || model % 29 !== SOURCES.indexOf(source));
  return {
    asOf: `2026-11-2${round}T00:00:00Z`,
    offerings: models.map((model) => ({
      provider: "openai",
      model: `m${model}`,
      modality: source === "litellm" && model % 9 === 0 ? "embedding" : "language",
      ...(source === "openai" && model % 4 === 0 ? { listed: true } : {}),
      rates: (["input_tokens", "output_tokens", "cache_read_tokens"] as const)
        .filter((_, meter) => meter < 2 || source !== "genai-prices")
        .map((meter, index) => ({
          meter,
          usd: index === 2 ? "0.1" : priceOf(source, model, 0, round),
          per: 1_000_000,
        })),
    })),
  };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, place) => place !== index)).map((rest) => [item, ...rest]),
  );
}
