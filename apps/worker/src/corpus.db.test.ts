import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogueFixture, catalogueFixture } from "@ratebook/billing/testing";
import { findSource, readSource } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const corpus = process.env.RATEBOOK_CORPUS;
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

  test("the full document is parsed, judged and published within three seconds, the same one again within 0.3", async () => {
    const first = await publish("2026-06-28");
    expect(first).toMatchObject({ parsed: true, outcome: { outcome: "published" } });
    expect(first.ms).toBeLessThan(3000);
    const before = await rows();
    const again = await publish("2026-06-28");
    expect(again).toMatchObject({ parsed: true, outcome: { outcome: "unchanged" } });
    expect(await rows()).toEqual(before);
  });
});
