import { must, poolsFromQuantities, rateUsage } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type CatalogueFixture,
  catalogueFixture,
  documentOf,
  languageModel,
  OPERATOR,
  WORKER,
} from "../testing/catalogue-fixture.ts";
import { decideProposal } from "./decide-proposal.ts";
import { editProposal } from "./edit-proposal.ts";
import { importDocument } from "./import-document.ts";
import { listProposals } from "./list-proposals.ts";
import { ensurePolicy, listPolicies, setPolicy } from "./markup-policies.ts";
import { setListed } from "./set-listed.ts";
import { getVersion, listVersions } from "./versions.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterEach(() => database.drop());

const importOf = (offerings: Parameters<typeof documentOf>[1]["offerings"], accept?: boolean) =>
  importDocument(fixture, OPERATOR, { document: documentOf("manual", { offerings }), accept });

const pricesOf = async (offering: string) =>
  (await fixture.catalogue.at(offering, fixture.clock()))?.offering.rates.map(({ usd }) => usd).sort() ?? [];

const audited = async () => {
  const rows = await database.sql<{ action: string; reason: string | null }[]>`
    select action, reason from ratebook.audit_entry order by at, action`;
  return rows.map(({ action, reason }) => [action, reason]);
};

async function heldId(): Promise<string> {
  const found = await listProposals(fixture, OPERATOR, { state: "held", limit: 1 });
  return must(found.ok ? found.value.items[0] : null, "something is held").id;
}

describe("the operator's own prices", () => {
  test("are active at once, outrank every source, and are never touched by a sync", async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
    expect(await importOf([languageModel("openai", "one", "3", "9")])).toMatchObject({
      ok: true,
      value: { outcome: "published", version: 2 },
    });
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2.5", "8")] });
    expect(await pricesOf("openai/one")).toEqual(["3", "9"]);
    expect(await audited()).toEqual([["catalogue.import", null]]);
  });

  test("add up import by import; an offering named again has exactly the rates it states", async () => {
    await importOf([languageModel("acme", "one", "3", "9"), languageModel("acme", "two", "3", "9")]);
    fixture.advance(60_000);
    const one = languageModel("acme", "one", "4", "9");
    await importOf([{ ...one, rates: one.rates.slice(0, 1) }]);
    expect(await pricesOf("acme/one")).toEqual(["4"]);
    expect(await pricesOf("acme/two")).toEqual(["3", "9"]);
    expect(fixture.catalogue.describe("acme/two")?.missingSince).toBeNull();
  });

  test("a tripped bound refuses the whole import and lists the row, until it is accepted", async () => {
    const offerings = [languageModel("acme", "one", "3", "9"), languageModel("acme", "dear", "250", "900")];
    const refused = await importOf(offerings);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        kind: "import_acceptance_required",
        rows: [
          { key: "acme/dear input_tokens", rule: "birth_bound" },
          { key: "acme/dear output_tokens", rule: "birth_unit" },
        ],
      },
    });
    expect(fixture.catalogue.all()).toEqual([]);
    expect(await importOf(offerings, true)).toMatchObject({ ok: true, value: { outcome: "published" } });
    expect(await pricesOf("acme/dear")).toEqual(["250", "900"]);
  });

  test("a value nobody may activate is refused even when accepted", async () => {
    expect(await importOf([languageModel("acme", "one", "0", "9")], true)).toMatchObject({
      ok: false,
      error: { kind: "import_refused", rows: [{ rule: "not_a_price" }] },
    });
    const [row] = await database.sql`select 1 from ratebook.snapshot`;
    expect(row).toBeUndefined();
  });

  test("free is a price only when it says so, and an x_ meter needs its definition", async () => {
    const free = { meter: "request", usd: "0", per: 1, free: true } as const;
    const call = { meter: "x_proxy_call", usd: "0.01", per: 1 } as const;
    const custom = { provider: "acme", model: "proxy", modality: "custom", rates: [free, call] } as const;
    const draft = { source: "manual", asOf: "2026-11-22T00:00:00Z", currency: "USD", offerings: [custom] };
    expect(await importDocument(fixture, OPERATOR, { document: draft })).toMatchObject({
      ok: false,
      error: { kind: "invalid_document", issues: [{ path: "offerings[0].rates[1].meter" }] },
    });
    const meters = [{ name: "x_proxy_call", unit: "call", integer: true }];
    expect(await importDocument(fixture, OPERATOR, { document: { ...draft, meters } })).toMatchObject({
      ok: true,
    });
    expect(fixture.catalogue.meter("x_proxy_call")).toEqual({ unit: "call", integer: true });
    expect(await pricesOf("acme/proxy")).toEqual(["0", "0.01"]);
  });

  test.each([
    ["a duplicate", { rates: [rate("1"), rate("2")] }, "offerings[0].rates[1]"],
    ["a negative price", { rates: [rate("-1")] }, "offerings[0].rates[0].usd"],
    ["an unknown meter", { rates: [{ ...rate("1"), meter: "tokens" }] }, "offerings[0].rates[0].meter"],
  ])("%s is refused with its row named", async (_, parts, path) => {
    const offering = { provider: "acme", model: "one", modality: "language", ...parts };
    const document = {
      source: "manual",
      asOf: "2026-11-22T00:00:00Z",
      currency: "USD",
      offerings: [offering],
    };
    const refused = await importDocument(fixture, OPERATOR, { document });
    expect(refused).toMatchObject({ ok: false, error: { kind: "invalid_document", issues: [{ path }] } });
  });

  test("only an operator may set them, never a worker, and only as the source manual", async () => {
    const document = documentOf("manual", { offerings: [languageModel("acme", "one", "3", "9")] });
    expect(await importDocument(fixture, WORKER, { document })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    const other = { ...document, source: "openai" };
    expect(await importDocument(fixture, OPERATOR, { document: other })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "source" },
    });
  });
});

describe("deciding on a held change", () => {
  beforeEach(async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
    fixture.advance(3_600_000);
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "20")] });
    fixture.advance(3_600_000);
  });

  test("an approved price is active from the approval, never earlier, and audited with its reason", async () => {
    const before = new Date(fixture.clock().getTime() - 1);
    const decided = await decideProposal(fixture, OPERATOR, {
      id: await heldId(),
      decision: "approve",
      reason: "seen",
    });
    expect(decided).toEqual({ ok: true, value: { version: 2, grantBacks: 0 } });
    expect(await pricesOf("openai/one")).toEqual(["2", "20"]);
    const earlier = await fixture.catalogue.at("openai/one", before);
    expect(earlier?.offering.rates.map(({ usd }) => usd).sort()).toEqual(["2", "8"]);
    expect(await audited()).toEqual([["proposal.approve", "seen"]]);
  });

  test("a rejected value is not proposed again, and what is decided stays decided", async () => {
    const id = await heldId();
    await decideProposal(fixture, OPERATOR, { id, decision: "reject", reason: "a typo of theirs" });
    await fixture.submit("openai", {
      asOf: "2026-11-23T00:00:00Z",
      offerings: [languageModel("openai", "one", "2", "20")],
    });
    expect(await listProposals(fixture, OPERATOR, { state: "held", limit: 10 })).toMatchObject({
      ok: true,
      value: { items: [], total: 0 },
    });
    expect(await pricesOf("openai/one")).toEqual(["2", "8"]);
    expect(await decideProposal(fixture, OPERATOR, { id, decision: "approve", reason: "oh" })).toEqual({
      ok: false,
      error: { kind: "proposal_decided", id, state: "rejected" },
    });
  });

  const say = async (price: string, asOf: string) =>
    fixture.submit("openai", { asOf, offerings: [languageModel("openai", "one", "2", price)] });
  const heldCount = async () => {
    const held = await listProposals(fixture, OPERATOR, { state: "held", limit: 10 });
    return held.ok ? held.value.total : null;
  };

  test.each([
    ["another value", "24"],
    ["the current price", "8"],
  ])("a rejection lapses once the source has said %s: what comes back is judged anew", async (_, between) => {
    await decideProposal(fixture, OPERATOR, { id: await heldId(), decision: "reject", reason: "a typo" });
    await say("20", "2026-11-23T00:00:00Z");
    expect(await heldCount()).toBe(0);
    await say(between, "2026-11-24T00:00:00Z");
    await say("20", "2027-03-01T00:00:00Z");
    expect(await heldCount()).toBe(1);
    const again = await heldId();
    expect(
      await decideProposal(fixture, OPERATOR, { id: again, decision: "approve", reason: "real" }),
    ).toMatchObject({
      ok: true,
    });
    expect(await pricesOf("openai/one")).toEqual(["2", "20"]);
  });

  test("a correction lapses as a rejection does", async () => {
    const edit = { id: await heldId(), usd: "9", per: 1_000_000n, reason: "per their mail" };
    expect(await editProposal(fixture, OPERATOR, edit)).toMatchObject({ ok: true });
    await say("20", "2026-11-23T00:00:00Z");
    expect(await heldCount()).toBe(0);
    await say("8", "2026-11-24T00:00:00Z");
    await say("20", "2026-11-25T00:00:00Z");
    expect(await heldCount()).toBe(1);
  });

  test("a rejected value stays out while its source says it, even where the guard has no reason left", async () => {
    const route = (price: string) => ({ offerings: [languageModel("openrouter", "one", "2", price)] });
    await fixture.submit("openrouter", route("8"));
    fixture.advance(3_600_000);
    // A second change within six hours is held as flicker.
    await fixture.submit("openrouter", route("9"));
    const [flicker] = await database.sql<
      { id: string }[]
    >`select id from ratebook.proposal where rule = 'flicker'`;
    const id = must(flicker, "the change is held").id;
    await decideProposal(fixture, OPERATOR, { id, decision: "reject", reason: "not announced" });
    fixture.advance(24 * 3_600_000);
    await fixture.submit("openrouter", { asOf: "2026-11-24T00:00:00Z", ...route("9") });
    expect(await pricesOf("openrouter/one")).toEqual(["2", "8"]);
    await fixture.submit("openrouter", { asOf: "2026-11-25T00:00:00Z", ...route("8") });
    await fixture.submit("openrouter", { asOf: "2026-11-26T00:00:00Z", ...route("9") });
    expect(await pricesOf("openrouter/one")).toEqual(["2", "9"]);
  });

  test("a value nobody may activate cannot be approved", async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "0")] });
    const id = await heldId();
    expect(await decideProposal(fixture, OPERATOR, { id, decision: "approve", reason: "x" })).toEqual({
      ok: false,
      error: { kind: "not_activatable", id },
    });
    expect(await decideProposal(fixture, WORKER, { id, decision: "reject", reason: "x" })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
  });
});

describe("markup", () => {
  const sellPrice = async (at = fixture.clock()) => {
    const priced = must(await fixture.catalogue.at("openai/one", at), "it is published");
    const pools = poolsFromQuantities({ input_tokens: 1_000_000 });
    if (!pools.ok) throw new Error(pools.error.message);
    const rated = rateUsage(priced.compiled, { pools: pools.value, dimensions: {}, at, billing: "platform" });
    return rated.ok ? [rated.value.total, priced.policyVersion] : rated.error.reason;
  };

  test("starts with the shipped rules; new rules price from now on, and earlier events by the earlier ones", async () => {
    await ensurePolicy(fixture);
    await fixture.submit("openai", {
      offerings: [{ ...languageModel("openai", "one", "2", "8"), listed: true }],
    });
    const then = fixture.clock();
    // 1,000,000 tokens × $2 per million × 1.2 = $2.40.
    expect(await sellPrice()).toEqual([2_400_000_000n, 1]);
    fixture.advance(60_000);
    const rules = [{ id: "half", match: {}, percentBps: 5000 }];
    expect(await setPolicy(fixture, OPERATOR, { rules, note: "more" })).toMatchObject({
      ok: true,
      value: { version: 2 },
    });
    expect(await sellPrice()).toEqual([3_000_000_000n, 2]);
    expect(await sellPrice(then)).toEqual([2_400_000_000n, 1]);
    expect(await setPolicy(fixture, OPERATOR, { rules, note: "again" })).toMatchObject({
      value: { version: 2 },
    });
    expect(await listPolicies(fixture, OPERATOR)).toMatchObject({
      ok: true,
      value: [{ version: 2 }, { version: 1 }],
    });
    expect(await audited()).toEqual([["markup_policy.set", "more"]]);
  });

  test("rules that would leave a sale without a rule are refused by name", async () => {
    const rules = [{ id: "some", match: { provider: "openai" }, percentBps: 10 }];
    expect(await setPolicy(fixture, OPERATOR, { rules, note: "x" })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "rules.0.match" },
    });
  });

  test("what is not listed is not sold; the operator's hand wins over every document", async () => {
    await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
    expect(await sellPrice()).toBe("not_listed");
    await setListed(fixture, OPERATOR, { offering: "openai/one", listed: true, reason: "asked for" });
    expect(await sellPrice()).toEqual([2_400_000_000n, 1]);
    await fixture.submit("openai", {
      offerings: [{ ...languageModel("openai", "one", "2.1", "8"), listed: false }],
    });
    expect(fixture.catalogue.describe("openai/one")?.listed).toBe(true);
    await setListed(fixture, OPERATOR, { offering: "openai/one", listed: null, reason: "as they say" });
    expect(await sellPrice()).toBe("not_listed");
    expect(await setListed(fixture, OPERATOR, { offering: "x/y", listed: true, reason: "x" })).toMatchObject({
      ok: false,
      error: { kind: "offering_not_found" },
    });
  });
});

test("versions are listed with what each changed, and any two can be compared", async () => {
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2", "8")] });
  await fixture.submit("openai", { offerings: [languageModel("openai", "one", "2.2", "8")] });
  await fixture.submit("openai", {
    offerings: [languageModel("openai", "one", "2", "8"), languageModel("openai", "two", "1", "2")],
  });
  expect(await listVersions(fixture, OPERATOR, { limit: 2 })).toMatchObject({
    ok: true,
    value: {
      items: [
        { version: 3, added: 2, changed: 1 },
        { version: 2, changed: 1 },
      ],
      nextCursor: 2,
    },
  });
  expect(await getVersion(fixture, OPERATOR, { version: 2 })).toMatchObject({
    ok: true,
    value: { rates: 2, changes: [{ kind: "changed", before: { usd: "2" }, after: { usd: "2.2" } }] },
  });
  const across = await getVersion(fixture, OPERATOR, { version: 3, against: 1 });
  expect(across.ok && across.value.changes.map(({ kind, key }) => [kind, key])).toEqual([
    ["added", "openai/two input_tokens"],
    ["added", "openai/two output_tokens"],
  ]);
  expect(await getVersion(fixture, OPERATOR, { version: 9 })).toMatchObject({
    error: { kind: "version_not_found" },
  });
});

function rate(usd: string) {
  return { meter: "input_tokens", usd, per: 1_000_000, when: {} };
}
