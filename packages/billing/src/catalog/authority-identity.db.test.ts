import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CatalogueFixture,
  catalogueFixture,
  languageModel,
  OPERATOR,
  WORKER,
} from "../testing/catalogue-fixture.ts";
import { explainAuthority } from "./explain-authority.ts";
import { getIdentity, listIdentities, removeIdentity, setIdentity } from "./identities.ts";
import { endOverrides } from "./overrides.ts";
import { listOwnCosts, setOwnCost } from "./own-costs.ts";
import { retireOffering } from "./retire-offering.ts";
import { rollbackCatalogue } from "./rollback.ts";
import { getAuthorityOrder, setAuthority } from "./set-authority.ts";
import { getVersion } from "./versions.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterEach(() => database.drop());

const HOUR_MS = 3_600_000;
const pricesOf = async (offering: string, at = fixture.clock()) =>
  (await fixture.catalogue.at(offering, at))?.offering.rates.map(({ usd }) => usd) ?? null;
const reason = "test";

describe("authority", () => {
  const order = { first: ["litellm"], witnesses: ["openai"] };

  test("follows the operator's order at once, in one version, told before, explained after, and back again", async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
    await fixture.submit("litellm", { offerings: [languageModel("openai", "one", "2.01", "9")] });
    const set = (dryRun: boolean) =>
      setAuthority(fixture, OPERATOR, { provider: "openai", order, dryRun, reason });
    expect(await set(true)).toMatchObject({
      value: {
        orderVersion: 0,
        version: null,
        added: 0,
        changed: 2,
        removed: 0,
        examples: [{ usd: "2.01" }, { usd: "9" }],
      },
    });
    expect(await pricesOf("openai/one")).toEqual(["2", "8"]);
    expect(await set(false)).toMatchObject({ value: { orderVersion: 1, version: 2, changed: 2 } });
    expect(await pricesOf("openai/one")).toEqual(["2.01", "9"]);
    expect(await explainAuthority(fixture, OPERATOR, { offering: "openai/one" })).toMatchObject({
      value: {
        orderVersion: 1,
        order,
        meters: [
          {
            meter: "input_tokens",
            deciding: "litellm",
            agreeing: ["openai"],
            disagreeing: [],
            sources: [
              {
                source: "litellm",
                rank: 1,
                decides: true,
                configured: true,
                rates: [{ usd: "2.01", agrees: null }],
              },
              {
                source: "openai",
                rank: null,
                decides: false,
                configured: true,
                rates: [{ usd: "2", agrees: true, ratio: "0.995" }],
              },
            ],
          },
          { meter: "output_tokens", deciding: "litellm", agreeing: [], disagreeing: ["openai"] },
        ],
      },
    });
    // What a source says later goes by the order as well.
    fixture.advance(HOUR_MS);
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2.2", "8")] });
    expect(await pricesOf("openai/one")).toEqual(["2.01", "9"]);
    const back = await setAuthority(fixture, OPERATOR, {
      provider: "openai",
      order: null,
      dryRun: false,
      reason,
    });
    expect(back).toMatchObject({ value: { orderVersion: 2, version: 3 } });
    expect(await pricesOf("openai/one")).toEqual(["2.2", "8"]);
    const audit =
      await database.sql`select before->'version' as before, after->'version' as after from ratebook.audit_entry
      where action = 'authority.set' order by at`;
    expect([...audit]).toEqual([
      { before: 0, after: 1 },
      { before: 1, after: 2 },
    ]);
  });

  test("puts nobody before the operator, names nobody twice, and is the operator's alone", async () => {
    const set = (first: string[], witnesses: string[] = []) =>
      setAuthority(fixture, OPERATOR, {
        provider: "openai",
        order: { first, witnesses },
        dryRun: false,
        reason,
      });
    expect(await set(["manual"])).toMatchObject({ error: { kind: "validation_error" } });
    expect(await set(["litellm"], ["litellm"])).toMatchObject({ error: { kind: "validation_error" } });
    expect(
      await setAuthority(fixture, WORKER, { provider: "openai", order: null, dryRun: true, reason }),
    ).toMatchObject({ error: { kind: "access_denied" } });
    expect(await getAuthorityOrder(fixture, OPERATOR)).toMatchObject({
      value: { version: 0, providers: {} },
    });
  });
});

describe("identity", () => {
  test("a source's name becomes ours at once and in every later document, and goes back the same way", async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
    await fixture.submit("litellm", { offerings: [languageModel("openai", "one-2026-01-01", "2", "8")] });
    expect(await pricesOf("openai/one-2026-01-01")).toEqual(["2", "8"]);
    const named = { source: "litellm", sourceOffering: "openai/one-2026-01-01" };
    expect(await setIdentity(fixture, OPERATOR, { ...named, offering: "openai/one", reason })).toMatchObject({
      ok: true,
    });
    expect(await pricesOf("openai/one-2026-01-01")).toEqual([]);
    expect(fixture.catalogue.describe("openai/one-2026-01-01")?.missingSince).toEqual(fixture.clock());
    expect(await getIdentity(fixture, OPERATOR, { offering: "openai/one" })).toMatchObject({
      value: {
        sources: [
          { source: "litellm", called: ["openai/one-2026-01-01"], by: "mapping" },
          { source: "openai", called: ["openai/one"], by: "name" },
        ],
      },
    });
    fixture.advance(HOUR_MS);
    await fixture.submit("litellm", { offerings: [languageModel("openai", "one-2026-01-01", "2.1", "8")] });
    expect(await pricesOf("openai/one-2026-01-01")).toEqual([]);
    const words = await explainAuthority(fixture, OPERATOR, {
      offering: "openai/one",
      meter: "input_tokens",
    });
    expect(words).toMatchObject({ value: { meters: [{ disagreeing: ["litellm"] }] } });
    expect(await listIdentities(fixture, OPERATOR, { source: "litellm" })).toMatchObject({
      value: [{ ...named, offering: "openai/one" }],
    });
    expect(await removeIdentity(fixture, OPERATOR, { ...named, reason })).toMatchObject({ ok: true });
    expect(await pricesOf("openai/one-2026-01-01")).toEqual(["2.1", "8"]);
    expect(await removeIdentity(fixture, OPERATOR, { ...named, reason })).toMatchObject({
      error: { kind: "identity_not_found" },
    });
  });

  test("what is mapped to nothing is left out, and a mapped name never displaces the source's own", async () => {
    const offerings = [
      languageModel("acme", "a", "1", "2"),
      languageModel("acme", "b", "3", "6"),
      languageModel("acme", "c", "1", "2"),
    ];
    await fixture.submit("litellm", { offerings });
    await setIdentity(fixture, OPERATOR, {
      source: "litellm",
      sourceOffering: "acme/c",
      offering: null,
      reason,
    });
    await setIdentity(fixture, OPERATOR, {
      source: "litellm",
      sourceOffering: "acme/b",
      offering: "acme/a",
      reason,
    });
    expect(await pricesOf("acme/a")).toEqual(["1", "2"]);
    fixture.advance(HOUR_MS);
    await fixture.submit("litellm", { offerings });
    expect(await pricesOf("acme/a")).toEqual(["1", "2"]);
    expect(await pricesOf("acme/b")).toEqual([]);
    expect(await pricesOf("acme/c")).toEqual([]);
  });
});

test("a retired offering has no price whatever its sources say, keeps its past, and comes back by hand", async () => {
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
  const before = fixture.clock();
  fixture.advance(HOUR_MS);
  const retire = (retired: boolean) =>
    retireOffering(fixture, OPERATOR, { offering: "openai/one", retired, reason });
  expect(await retire(true)).toEqual({ ok: true, value: { retiredAt: fixture.clock(), version: 2 } });
  expect(await retire(true)).toMatchObject({ value: { version: null } });
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2.1", "8")] });
  await fixture.submit("litellm", { offerings: [languageModel("openai", "one", "2.1", "8")] });
  expect(await pricesOf("openai/one")).toEqual([]);
  expect(await pricesOf("openai/one", before)).toEqual(["2", "8"]);
  expect(await retire(false)).toMatchObject({ value: { retiredAt: null, version: 3 } });
  expect(await pricesOf("openai/one")).toEqual(["2.1", "8"]);
});

test("an own cost stands beside the list price from its date on, in the rate's own unit", async () => {
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
  const cost = { offering: "openai/one", meter: "input_tokens", when: {}, usd: "0.0015", per: 1000n, reason };
  expect(await setOwnCost(fixture, OPERATOR, cost)).toEqual({ ok: true, value: { version: 2 } });
  const rate = async () => (await fixture.catalogue.at("openai/one", fixture.clock()))?.offering.rates[0];
  expect(await rate()).toMatchObject({ usd: "2", ownCost: "1.5", source: "openai" });
  fixture.advance(HOUR_MS);
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2.2", "8")] });
  expect(await rate()).toMatchObject({ usd: "2.2", ownCost: "1.5" });
  const past = { ...cost, validFrom: new Date(0), validUntil: new Date(0) };
  expect(await setOwnCost(fixture, OPERATOR, past)).toMatchObject({ error: { field: "validUntil" } });
  expect(await listOwnCosts(fixture, OPERATOR, {})).toMatchObject({ value: [{ usd: "0.0015", per: 1000n }] });
});

describe("rolling back", () => {
  test("serves a version's rates again as a new version that no sync undoes, until its overrides end", async () => {
    await fixture.submit("openai", {
      offerings: [languageModel("openai", "one", "2", "8"), languageModel("openai", "same", "1", "2")],
    });
    fixture.advance(HOUR_MS);
    const later = [
      languageModel("openai", "one", "3", "8"),
      languageModel("openai", "same", "1", "2"),
      languageModel("openai", "new", "5", "9"),
    ];
    await fixture.submit("openai", { offerings: later });
    const roll = (dryRun: boolean, version = 1) =>
      rollbackCatalogue(fixture, OPERATOR, { version, dryRun, reason });
    const plan = { overrides: 3, added: 0, changed: 1, removed: 2 };
    expect(await roll(true)).toMatchObject({ value: { version: null, ...plan } });
    expect(await pricesOf("openai/one")).toEqual(["3", "8"]);
    expect(await roll(false)).toMatchObject({ value: { version: 3, ...plan } });
    const rates = async () => [
      await pricesOf("openai/one"),
      await pricesOf("openai/same"),
      await pricesOf("openai/new"),
    ];
    expect(await rates()).toEqual([["2", "8"], ["1", "2"], []]);
    // The same rates as in version 1, by every field that prices.
    expect(await getVersion(fixture, OPERATOR, { version: 3, against: 1 })).toMatchObject({
      value: { changes: [], note: "rolled back to version 1: test" },
    });
    fixture.advance(HOUR_MS);
    await fixture.submit("openai", {
      offerings: [languageModel("openai", "one", "4", "8.5"), ...later.slice(1)],
    });
    expect(await pricesOf("openai/one")).toEqual(["2", "8.5"]);
    expect(await endOverrides(fixture, OPERATOR, { version: 3, reason })).toMatchObject({
      value: { ended: 3 },
    });
    expect(await rates()).toEqual([
      ["4", "8.5"],
      ["1", "2"],
      ["5", "9"],
    ]);
    expect(await roll(false, 99)).toMatchObject({ error: { kind: "version_not_found" } });
  });
});
