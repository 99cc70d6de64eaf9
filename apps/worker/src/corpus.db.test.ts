import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogueFixture, catalogueFixture } from "@ratebook/billing/testing";
import { findSource, readSource } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const corpus = process.env.RATEBOOK_CORPUS || undefined;
if (corpus === undefined)
  console.log("Recorded price documents are left out: RATEBOOK_CORPUS names no folder.");

describe.runIf(corpus !== undefined)("recorded documents of LiteLLM", () => {
  const folder = join(corpus ?? "", "litellm");
  const litellm = must(findSource("litellm"), "LiteLLM is a source");
  let database: TestDatabase;
  let fixture: CatalogueFixture;
  let names: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    fixture = await catalogueFixture(database.sql);
    names = await readdir(folder);
  });
  afterAll(() => database.drop());

  const fileOf = (part: string) =>
    must(
      names.find((name) => name.includes(part)),
      `the corpus has ${part}`,
    );

  /** Parses and publishes a recorded document, as a sync does; prints how long it took. */
  async function publish(part: string) {
    const name = fileOf(part);
    const body = await readFile(join(folder, name));
    const start = performance.now();
    const reading = await readSource(litellm, {
      from: "recording",
      body,
      url: `recording:${name}`,
      fetchedAt: fixture.clock(),
    });
    if (!reading.ok) return { parsed: false as const, error: reading.error, ms: performance.now() - start };
    if (reading.value.status !== "parsed") throw new Error("a recording is always parsed");
    const parsedMs = performance.now() - start;
    const outcome = await fixture.submitParsed(reading.value.parsed, body);
    const ms = performance.now() - start;
    const counts = "counts" in outcome ? outcome.counts : {};
    console.log(
      `${name}: ${outcome.outcome} in ${ms.toFixed(0)} ms (parse ${parsedMs.toFixed(0)} ms)`,
      counts,
    );
    return { parsed: true as const, outcome, ms };
  }

  const rows = async () => {
    const [row] = await database.sql<Record<string, number>[]>`
      select (select count(*)::int from ratebook.rate) as rates, (select count(*)::int from ratebook.claim) as claims,
        (select count(*)::int from ratebook.catalogue_version) as versions`;
    return row;
  };

  test("a document that is not JSON changes nothing", async () => {
    await publish("2024-11-01");
    const before = await rows();
    const broken = await publish("2024-11-05");
    expect(broken).toMatchObject({ parsed: false, error: { kind: "source", failure: { kind: "not_json" } } });
    expect(await rows()).toEqual(before);
  });

  test("prices per thousand stored as per token are stopped, and the last good ones stay", async () => {
    fixture.advance(24 * 3_600_000);
    await publish("2025-10-04");
    const before = await watsonx();
    expect(before.length).toBeGreaterThan(0);
    fixture.advance(24 * 3_600_000);
    const { outcome } = must(await published("2025-10-06"), "the document parses");
    // What is new in it are these prices, those below every bound among them: nothing becomes active.
    expect(outcome).toMatchObject({ outcome: "held" });
    const after = new Map((await watsonx()).map((rate) => [rate.key, rate.usd]));
    for (const { key, usd } of before) expect(after.get(key), key).toBe(usd);
    const [stopped] = await database.sql<{ count: number }[]>`
      select count(*)::int as count from ratebook.proposal
      where state = 'held' and source = 'litellm' and offering like 'watsonx/%'`;
    expect(stopped?.count).toBeGreaterThanOrEqual(20);
    expect(await beyondBelief()).toEqual([]);
  });

  test("134 models that vanish are served on", async () => {
    fixture.advance(24 * 3_600_000);
    await publish("3c74e720e");
    const before = await activeOfferings();
    fixture.advance(3_600_000);
    const { outcome } = must(await published("30ebcad55"), "the document parses");
    expect("counts" in outcome && outcome.counts.missing).toBeGreaterThan(100);
    const after = new Set(await activeOfferings());
    expect(before.filter((offering) => !after.has(offering))).toEqual([]);
  });

  test("the full document is published within three seconds, and again, unchanged, without a row", async () => {
    fixture.advance(24 * 3_600_000);
    const first = must(await published("2026-06-28"), "the document parses");
    expect(first.outcome.outcome).toBe("published");
    const before = await rows();
    const again = must(await published("2026-06-28"), "the document parses");
    expect(again.outcome.outcome).toBe("unchanged");
    expect(await rows()).toEqual(before);
    expect(await beyondBelief()).toEqual([]);
  });

  test("a first full document is parsed, judged and published within three seconds", async () => {
    const fresh = await testDatabase();
    try {
      fixture = await catalogueFixture(fresh.sql);
      const first = must(await published("2026-06-28"), "the document parses");
      expect(first.ms).toBeLessThan(3000);
    } finally {
      await fresh.drop();
    }
  });

  async function published(part: string) {
    const result = await publish(part);
    return result.parsed ? result : null;
  }

  const watsonx = () => database.sql<{ key: string; usd: string }[]>`
    select offering || ' ' || meter || ' ' || condition_key as key, (usd / per)::text as usd
    from ratebook.rate where closed_version is null and offering like 'watsonx/%' order by 1`;

  /** Active text rates above what any source believably states, or 0 without the flag. */
  const beyondBelief = () => database.sql`
    select offering, meter, usd, per from ratebook.rate
    where closed_version is null and ((meter = 'input_tokens' and usd / per * 1000000 > 200)
      or (meter = 'output_tokens' and usd / per * 1000000 > 1000) or (usd = 0 and not free))`;

  async function activeOfferings(): Promise<string[]> {
    const found = await database.sql<{ offering: string }[]>`
      select distinct offering from ratebook.rate where closed_version is null`;
    return found.map(({ offering }) => offering);
  }
});
