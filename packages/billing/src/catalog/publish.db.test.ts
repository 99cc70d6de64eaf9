import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogueFixture, catalogueFixture, type DocumentDraft } from "../testing/catalogue-fixture.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterAll(() => database.drop());

/** One language model at these dollars per million tokens. */
const model = (name: string, input: string, output: string): DocumentDraft["offerings"][number] => ({
  provider: "acme",
  model: name,
  modality: "language",
  rates: [
    { meter: "input_tokens", usd: input, per: 1_000_000, where: `#/${name}/in` },
    { meter: "output_tokens", usd: output, per: 1_000_000, where: `#/${name}/out` },
  ],
});

const ratesOf = async (offering: string) =>
  must(await fixture.catalogue.at(offering, fixture.clock()), `${offering} is published`).offering.rates.map(
    ({ meter, usd }) => `${meter} ${usd}`,
  );

const countRows = async () => {
  const [row] = await database.sql<{ rates: number; claims: number; versions: number; snapshots: number }[]>`
    select (select count(*)::int from ratebook.rate) as rates, (select count(*)::int from ratebook.claim) as claims,
      (select count(*)::int from ratebook.catalogue_version) as versions,
      (select count(*)::int from ratebook.snapshot) as snapshots`;
  return must(row, "an aggregate gives a row");
};

describe("publishing a source's document", () => {
  test("a first document makes a version, and its rates are active from then on", async () => {
    const before = fixture.clock();
    fixture.advance(60_000);
    const outcome = await fixture.submit("acme-api", { offerings: [model("first-1", "2", "8")] });
    expect(outcome).toMatchObject({ outcome: "published", counts: { offerings: 1, ok: 1 } });
    expect(await ratesOf("acme/first-1")).toEqual(["input_tokens 2", "output_tokens 8"]);
    expect(await fixture.catalogue.at("acme/first-1", before)).toBeNull();
  });

  test("the same bytes again write no row and only move the date the source was checked", async () => {
    const draft = { offerings: [model("same-1", "2", "8")] };
    await fixture.submit("same-source", draft);
    const rows = await countRows();
    fixture.advance(3_600_000);
    expect(await fixture.submit("same-source", draft)).toMatchObject({ outcome: "unchanged", version: null });
    expect(await countRows()).toEqual(rows);
    const [state] = await database.sql<{ checkedAt: Date; changedAt: Date }[]>`
      select checked_at as "checkedAt", changed_at as "changedAt" from ratebook.source_state where source = 'same-source'`;
    expect(state?.checkedAt).toEqual(fixture.clock());
    expect(state?.changedAt).toEqual(new Date(fixture.clock().getTime() - 3_600_000));
  });
});
