import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CatalogueFixture,
  catalogueFixture,
  type DocumentDraft,
  languageModel,
  OPERATOR,
} from "../testing/catalogue-fixture.ts";
import { isJudgementDue } from "./judgement-due.ts";
import { listProposals } from "./list-proposals.ts";
import { listRuns } from "./list-runs.ts";
import { readFreshness } from "./sources.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;

beforeEach(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterEach(() => database.drop());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Active rates as "meter dollars source", in order. */
async function ratesOf(offering: string, at = fixture.clock()): Promise<string[]> {
  const priced = must(await fixture.catalogue.at(offering, at), `${offering} is published`);
  return priced.offering.rates.map(({ meter, usd, source }) => `${meter} ${usd} ${source}`).sort();
}

const held = async () => {
  const proposals = await listProposals(fixture, OPERATOR, { state: "held", limit: 100 });
  if (!proposals.ok) throw new Error(proposals.error.message);
  return proposals.value.items.map(({ offering, meter, rule, action, newUsd }) => ({
    offering,
    meter,
    rule,
    action,
    newUsd,
  }));
};

const states = async () => {
  const rows = await database.sql<
    { state: string }[]
  >`select state from ratebook.proposal order by created_at, state`;
  return rows.map(({ state }) => state);
};

const countRows = async () => {
  const [row] = await database.sql<Record<string, number>[]>`
    select (select count(*)::int from ratebook.rate) as rates, (select count(*)::int from ratebook.claim) as claims,
      (select count(*)::int from ratebook.catalogue_version) as versions,
      (select count(*)::int from ratebook.snapshot) as snapshots,
      (select count(*)::int from ratebook.offering) as offerings,
      (select count(*)::int from ratebook.proposal) as proposals`;
  return row;
};

/** Many models, so that one of them missing is no wrong page. */
const many = (count: number, price = "1"): DocumentDraft["offerings"] =>
  Array.from({ length: count }, (_, index) => languageModel("acme", `m${index}`, price, price));

describe("versions", () => {
  test("a first document makes a version, and its rates are active from then on", async () => {
    const before = fixture.clock();
    fixture.advance(60_000);
    const outcome = await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    expect(outcome).toMatchObject({ outcome: "published", version: 1, counts: { offerings: 1, ok: 1 } });
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 2 acme-api", "output_tokens 8 acme-api"]);
    expect(await fixture.catalogue.at("acme/one", before)).toBeNull();
  });

  test("the same bytes again write no row and only move the date the source was checked", async () => {
    const draft = { offerings: [languageModel("acme", "one", "2", "8")] };
    await fixture.submit("acme-api", draft);
    const rows = await countRows();
    fixture.advance(HOUR);
    expect(await fixture.submit("acme-api", draft)).toMatchObject({ outcome: "unchanged", version: null });
    expect(await countRows()).toEqual(rows);
    const [source] = await readFreshness(fixture);
    expect(source).toMatchObject({
      checkedAt: fixture.clock(),
      changedAt: new Date(fixture.clock().getTime() - HOUR),
    });
  });

  test("other bytes that say the same make no version and no rate", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    const again = { asOf: "2026-11-23T00:00:00Z", offerings: [languageModel("acme", "one", "2.0", "8")] };
    expect(await fixture.submit("acme-api", again)).toMatchObject({ outcome: "unchanged", version: null });
    expect(await countRows()).toMatchObject({ rates: 2, versions: 1, snapshots: 2 });
  });

  test("a changed price closes its rate and opens another; every earlier instant keeps its own", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    const then = fixture.clock();
    fixture.advance(DAY);
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "3", "8")] });
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 3 acme-api", "output_tokens 8 acme-api"]);
    expect(await ratesOf("acme/one", then)).toEqual(["input_tokens 2 acme-api", "output_tokens 8 acme-api"]);
    expect(await countRows()).toMatchObject({ rates: 3, versions: 2 });
    const pinned = await fixture.catalogue.atVersion(
      "acme/one",
      { catalogueVersion: 1, policyVersion: 1 },
      fixture.clock(),
    );
    expect(pinned?.catalogueVersion).toBe(1);
    expect(pinned?.offering.rates.map(({ usd }) => usd).sort()).toEqual(["2", "8"]);
  });

  test("instants before the 35 days in memory are answered from the database, the same", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    const first = fixture.clock();
    fixture.advance(DAY);
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "3", "8")] });
    fixture.advance(60 * DAY);
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "4", "8")] });
    expect(await ratesOf("acme/one", first)).toEqual(["input_tokens 2 acme-api", "output_tokens 8 acme-api"]);
    const later = new Date(first.getTime() + 2 * DAY);
    expect(await ratesOf("acme/one", later)).toEqual(["input_tokens 3 acme-api", "output_tokens 8 acme-api"]);
    expect(await fixture.catalogue.at("acme/one", new Date(first.getTime() - 1))).toBeNull();
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 4 acme-api", "output_tokens 8 acme-api"]);
  });

  test("a future validFrom waits for its day, and a past one never reaches back", async () => {
    const [now, tomorrow] = [fixture.clock(), new Date(fixture.clock().getTime() + DAY)];
    const rate = { meter: "input_tokens", per: 1_000_000 } as const;
    await fixture.submit("acme-api", {
      offerings: [
        {
          provider: "acme",
          model: "one",
          modality: "language",
          rates: [
            { ...rate, usd: "2", validFrom: "2020-01-01T00:00:00Z", validUntil: tomorrow.toISOString() },
            { ...rate, usd: "3", validFrom: tomorrow.toISOString() },
          ],
        },
      ],
    });
    expect(await ratesOf("acme/one", now)).toEqual(["input_tokens 2 acme-api"]);
    expect(await ratesOf("acme/one", new Date(tomorrow.getTime() - 1))).toEqual(["input_tokens 2 acme-api"]);
    expect(await ratesOf("acme/one", tomorrow)).toEqual(["input_tokens 3 acme-api"]);
    expect(await fixture.catalogue.at("acme/one", new Date(now.getTime() - 1))).toBeNull();
  });

  test("no role of the app can rewrite or delete a rate", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    await expect(database.sql`update ratebook.rate set usd = 1`).rejects.toThrow(/permission denied/);
    await expect(database.sql`delete from ratebook.rate`).rejects.toThrow(/permission denied/);
    await database.sql`update ratebook.rate set closed_version = 1, closed_at = now()`;
    await expect(
      database.sql`update ratebook.rate set closed_version = null, closed_at = null`,
    ).rejects.toThrow(/may only be closed, once/);
  });
});

describe("the guard", () => {
  test("a price that moves too far is held: listed, not activated, and proposed once", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    fixture.advance(DAY);
    const dear = { offerings: [languageModel("acme", "one", "2", "20")] };
    expect(await fixture.submit("acme-api", dear)).toMatchObject({
      outcome: "held",
      version: null,
      counts: { held: 1 },
    });
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 2 acme-api", "output_tokens 8 acme-api"]);
    const proposal = {
      offering: "acme/one",
      meter: "output_tokens",
      rule: "ratio_hold",
      action: "hold",
      newUsd: "20",
    };
    expect(await held()).toEqual([proposal]);
    fixture.advance(DAY);
    await fixture.submit("acme-api", { asOf: "2026-11-24T00:00:00Z", ...dear });
    expect(await held()).toEqual([proposal]);
    expect(await states()).toEqual(["held"]);
  });

  test("a value that returns to normal supersedes what was held; another one replaces it", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "20")] });
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "24")] });
    expect((await held()).map(({ newUsd }) => newUsd)).toEqual(["24"]);
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8.5")] });
    expect(await held()).toEqual([]);
    expect(await states()).toEqual(["superseded", "superseded"]);
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 2 acme-api", "output_tokens 8.5 acme-api"]);
  });

  test("a value born beyond belief is quarantined, the rest of the document is used", async () => {
    const outcome = await fixture.submit("acme-api", {
      offerings: [
        languageModel("acme", "wrong-unit", "2000", "8000"),
        languageModel("acme", "one", "2", "8"),
      ],
    });
    expect(outcome).toMatchObject({ outcome: "published", counts: { ok: 1, quarantined: 1 } });
    expect(await held()).toHaveLength(2);
    expect(await fixture.catalogue.at("acme/wrong-unit", fixture.clock())).toMatchObject({
      offering: { rates: [] },
    });
  });

  test("a bare 0 is never activated, and a price that turns unreadable keeps the last good rate", async () => {
    await fixture.submit("acme-api", { offerings: [languageModel("acme", "one", "2", "8")] });
    const zero = languageModel("acme", "one", "0", "8");
    expect(await fixture.submit("acme-api", { offerings: [zero] })).toMatchObject({ counts: { refused: 1 } });
    const unreadable = {
      kind: "dynamic_price",
      where: "#/one/in",
      offering: "acme/one",
      meter: "input_tokens",
      when: {},
      printed: "-1",
      detail: "decided at run time",
    };
    const rest = { ...zero, rates: zero.rates.slice(1) };
    await fixture.submit("acme-api", { offerings: [rest] }, [unreadable]);
    expect(await ratesOf("acme/one")).toEqual(["input_tokens 2 acme-api", "output_tokens 8 acme-api"]);
    expect((await held()).map(({ action, newUsd }) => [action, newUsd])).toEqual([["refuse", null]]);
  });

  test("more than twenty repricings at once are held as a batch", async () => {
    await fixture.submit("acme-api", { offerings: many(30) });
    const outcome = await fixture.submit("acme-api", { offerings: many(30, "1.5") });
    expect(outcome).toMatchObject({ outcome: "held", version: null, counts: { held: 30 } });
    expect(await ratesOf("acme/m0")).toEqual(["input_tokens 1 acme-api", "output_tokens 1 acme-api"]);
  });

  test("a document with less than 70 % of the last one's offerings is a recorded failure", async () => {
    await fixture.submit("acme-api", { offerings: many(10) });
    const [before] = await readFreshness(fixture);
    fixture.advance(DAY);
    const outcome = await fixture.submit("acme-api", { offerings: many(6, "1.1") });
    expect(outcome).toMatchObject({ outcome: "failed", version: null, check: "document_count" });
    expect(await ratesOf("acme/m0")).toEqual(["input_tokens 1 acme-api", "output_tokens 1 acme-api"]);
    const [after] = await readFreshness(fixture);
    expect(after).toMatchObject({ checkedAt: before?.checkedAt, lastFailureAt: fixture.clock() });
    const runs = await listRuns(fixture, OPERATOR, { limit: 1 });
    expect(runs.ok && runs.value.items[0]).toMatchObject({ state: "failed", outcome: "failed" });
  });

  test("missing offerings are served on and marked, and retired only after a week of syncs", async () => {
    await fixture.submit("acme-api", { offerings: many(10) });
    for (let day = 1; day <= 7; day++) {
      fixture.advance(DAY);
      const outcome = await fixture.submit("acme-api", {
        asOf: `2026-12-0${day}T00:00:00Z`,
        offerings: many(9),
      });
      expect(outcome, `day ${day}`).toMatchObject({ counts: { missing: day < 7 ? 1 : 0 } });
      expect(fixture.catalogue.describe("acme/m9")?.missingSince).not.toBeNull();
      const rates = await ratesOf("acme/m9");
      expect(rates).toHaveLength(day < 7 ? 2 : 0);
    }
    await fixture.submit("acme-api", { offerings: many(10) });
    expect(await ratesOf("acme/m9")).toHaveLength(2);
    expect(fixture.catalogue.describe("acme/m9")?.missingSince).toBeNull();
  });
});

describe("the same bytes, look after look", () => {
  const nine = { asOf: "2026-11-23T00:00:00Z", offerings: many(9) };

  test("retire what stays missing after a week, as other bytes would", async () => {
    await fixture.submit("acme-api", { offerings: many(10) });
    for (let day = 1; day <= 7; day++) {
      fixture.advance(DAY - HOUR);
      await fixture.submit("acme-api", nine);
      // A second look on a day counts for nothing.
      fixture.advance(HOUR);
      await fixture.submit("acme-api", nine);
      expect(await ratesOf("acme/m9"), `day ${day}`).toHaveLength(day < 7 ? 2 : 0);
    }
    const [source] = await readFreshness(fixture);
    expect(source?.changedAt).toEqual(new Date("2026-11-22T23:00:00Z"));
    expect(await fixture.submit("acme-api", nine)).toMatchObject({ outcome: "unchanged", version: null });
  });

  test("retire what is missing once its published date has come", async () => {
    const last = languageModel("acme", "old", "1", "1");
    await fixture.submit("acme-api", {
      offerings: [...many(9), { ...last, deprecatedAt: "2026-11-25T00:00:00Z" }],
    });
    fixture.advance(DAY);
    await fixture.submit("acme-api", nine);
    fixture.advance(DAY + HOUR);
    await fixture.submit("acme-api", nine);
    expect(await ratesOf("acme/old")).toHaveLength(2);
    fixture.advance(DAY);
    expect(await fixture.submit("acme-api", nine)).toMatchObject({ outcome: "published" });
    expect(await ratesOf("acme/old")).toEqual([]);
  });

  test("let a price through that was held against flicker, once it has lasted", async () => {
    const route = (price: string) => ({ offerings: [languageModel("openrouter", "one", price, "8")] });
    await fixture.submit("openrouter", route("2"));
    fixture.advance(HOUR);
    const dearer = route("2.4");
    expect(await fixture.submit("openrouter", dearer)).toMatchObject({ outcome: "held" });
    fixture.advance(4 * HOUR);
    expect(await fixture.submit("openrouter", dearer)).toMatchObject({ outcome: "unchanged" });
    expect(await ratesOf("openrouter/one")).toContain("input_tokens 2 openrouter");
    fixture.advance(HOUR);
    expect(await fixture.submit("openrouter", dearer)).toMatchObject({ outcome: "published" });
    expect(await ratesOf("openrouter/one")).toContain("input_tokens 2.4 openrouter");
    expect(await held()).toEqual([]);
  });

  test("say why a price is held by then, where flicker is no reason any more", async () => {
    await fixture.submit("openrouter", { offerings: many(101) });
    fixture.advance(HOUR);
    const dearer = { offerings: many(101, "1.2") };
    await fixture.submit("openrouter", dearer);
    expect((await held())[0]).toMatchObject({ rule: "flicker" });
    fixture.advance(6 * HOUR);
    await fixture.submit("openrouter", dearer);
    expect(new Set((await held()).map(({ rule }) => rule))).toEqual(new Set(["batch_size"]));
    expect(await states()).toEqual(Array.from({ length: 202 }, () => "held"));
    expect(await isJudgementDue(database.sql, "openrouter", fixture.clock())).toBe(false);
  });
});

describe("several sources", () => {
  const own = (input: string) => ({ offerings: [languageModel("openai", "one", input, "8")] });

  test("the most authoritative source decides, whoever was read last", async () => {
    await fixture.submit("genai-prices", own("2"));
    expect(await ratesOf("openai/one")).toEqual([
      "input_tokens 2 genai-prices",
      "output_tokens 8 genai-prices",
    ]);
    await fixture.submit("openai", own("2.2"));
    await fixture.submit("litellm", own("7"));
    expect(await ratesOf("openai/one")).toEqual(["input_tokens 2.2 openai", "output_tokens 8 openai"]);
  });

  test("a second source within 1 % releases a hold, whichever of the two comes first", async () => {
    await fixture.submit("openai", own("2"));
    await fixture.submit("litellm", own("2"));
    await fixture.submit("openai", own("5"));
    expect(await ratesOf("openai/one")).toContain("input_tokens 2 openai");
    await fixture.submit("litellm", own("5.04"));
    expect(await ratesOf("openai/one")).toContain("input_tokens 5 openai");
    expect(await states()).toEqual(["released", "released"]);
    const [row] = await database.sql<{ witness: string }[]>`
      select witness from ratebook.proposal where source = 'openai'`;
    expect(row?.witness).toBe("litellm");
  });

  test("a second source further away than 1 % releases nothing", async () => {
    await fixture.submit("openai", own("2"));
    await fixture.submit("openai", own("5"));
    await fixture.submit("litellm", own("5.06"));
    expect(await ratesOf("openai/one")).toContain("input_tokens 2 openai");
  });

  test("what is sold, its name and its modality do not depend on the order either", async () => {
    await fixture.submit("litellm", {
      offerings: [{ ...languageModel("openai", "one", "2", "8"), name: "ONE" }],
    });
    await fixture.submit("starter", {
      offerings: [
        { provider: "openai", model: "one", modality: "language", listed: true, aliases: ["uno"], rates: [] },
      ],
    });
    expect(fixture.catalogue.describe("openai/one")).toMatchObject({
      name: "ONE",
      listed: true,
      source: "starter",
    });
    expect(fixture.catalogue.resolve("openai/uno")).toBe("openai/one");
    expect(await ratesOf("openai/one")).toEqual(["input_tokens 2 litellm", "output_tokens 8 litellm"]);
  });
});
