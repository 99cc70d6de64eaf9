import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { languageModel, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { decideProposal } from "./decide-proposal.ts";
import { editProposal } from "./edit-proposal.ts";
import { listProposals, type Proposal } from "./list-proposals.ts";
import { endOverrides } from "./overrides.ts";
import { getPriceAlarms } from "./price-alarms.ts";
import { watchPrices } from "./watch-prices.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterEach(async () => {
  await fixture.close();
  await database.drop();
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const one = (provider: string, input: string) => ({
  offerings: [{ ...languageModel(provider, "one", input, "16"), listed: true }],
});
const price = async (provider: string) =>
  (await fixture.ctx.catalogue.at(`${provider}/one`, fixture.ctx.clock()))?.offering.rates.find(
    ({ meter }) => meter === "input_tokens",
  )?.usd;
const proposals = async (): Promise<Proposal[]> => {
  const found = await listProposals(fixture.ctx, OPERATOR, { limit: 10 });
  return found.ok ? found.value.items : [];
};
const states = async () => (await proposals()).map(({ state }) => state);
const held = async () =>
  must(
    (await proposals()).find(({ state }) => state === "held"),
    "a change is held",
  );

/** A source's price of $8, an hour later another one, which is held and corrected, for ten days where they are counted. */
async function correct(source: string, stated: string, corrected: string, days?: number): Promise<string> {
  await fixture.prices.submit(source, one(source, "8"));
  fixture.prices.advance(HOUR_MS);
  await fixture.prices.submit(source, one(source, stated));
  const { id } = await held();
  const until = days === undefined ? undefined : new Date(fixture.ctx.clock().getTime() + days * DAY_MS);
  const edit = { id, usd: corrected, per: 1_000_000n, until, reason: "per their mail" };
  expect(await editProposal(fixture.ctx, OPERATOR, edit)).toMatchObject({ ok: true });
  expect(await price(source)).toBe(corrected);
  return id;
}

test("when a correction ends by its date, what the source says is held again, and alarms while it is in use", async () => {
  const id = await correct("openai", "20", "9", 10);
  const { key } = await fixture.customer("a", "10");
  const quantities = { input_tokens: 1000 };
  await recordUsage(fixture.ctx, key, { offering: "openai/one", quantities, idempotencyKey: "1" });
  fixture.prices.advance(9 * DAY_MS);
  await fixture.prices.submit("openai", one("openai", "20"));
  expect(await watchPrices(fixture.ctx)).toMatchObject({ overridesEnded: 0, alarms: { blockedInUse: [] } });

  fixture.prices.advance(DAY_MS);
  const ended = fixture.ctx.clock();
  expect(await watchPrices(fixture.ctx)).toMatchObject({
    overridesEnded: 1,
    alarms: { blockedInUse: [{ offering: "openai/one", rule: "ratio_hold", heldSince: ended }] },
  });
  expect(await price("openai")).toBe("8");
  const again = await held();
  expect(again).toMatchObject({ oldUsd: "8", newUsd: "20", createdAt: ended, runId: expect.any(String) });
  expect(again.reason).toMatch(/; the correction of it has ended$/);
  expect(again.id).not.toBe(id);

  // The same bytes are judged once more and say the same.
  fixture.prices.advance(HOUR_MS);
  expect(await fixture.prices.submit("openai", one("openai", "20"))).toMatchObject({ counts: { held: 1 } });
  expect(await fixture.prices.submit("openai", one("openai", "20"))).toMatchObject({ counts: { held: 0 } });
  expect(await states()).toEqual(["held", "edited"]);
  await decideProposal(fixture.ctx, OPERATOR, { id: again.id, decision: "approve", reason: "so be it" });
  expect(await price("openai")).toBe("20");
});

test("when a correction ends, the next reading of the same bytes lets through what the guard has no reason to hold", async () => {
  await correct("openrouter", "9", "8.5", 10);
  fixture.prices.advance(10 * DAY_MS);
  await watchPrices(fixture.ctx);
  expect(await price("openrouter")).toBe("8");
  expect(await states()).toEqual(["held", "edited"]);
  expect(await fixture.prices.submit("openrouter", one("openrouter", "9"))).toMatchObject({
    outcome: "published",
  });
  expect(await price("openrouter")).toBe("9");
  expect(await states()).toEqual(["superseded", "edited"]);
});

test("when a correction is ended by hand, what the source says is held again", async () => {
  await correct("openai", "20", "9");
  fixture.prices.advance(HOUR_MS);
  await endOverrides(fixture.ctx, OPERATOR, { offering: "openai/one", reason: "they mean it" });
  expect(await states()).toEqual(["held", "edited"]);
});

test("when an import of the offering ends a correction, what the source says beside it is held again", async () => {
  await correct("openai", "20", "9");
  fixture.prices.advance(HOUR_MS);
  await fixture.sell(one("openai", "9"));
  expect(await states()).toEqual(["held", "edited"]);
  expect(await getPriceAlarms(fixture.ctx, OPERATOR)).toMatchObject({ value: { blockedInUse: [] } });
  expect(await price("openai")).toBe("9");
});

test("when a correction ends that its source no longer contradicts, nothing is held", async () => {
  await correct("openai", "20", "9", 10);
  fixture.prices.advance(DAY_MS);
  await fixture.prices.submit("openai", one("openai", "8.8"));
  fixture.prices.advance(9 * DAY_MS);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ overridesEnded: 1 });
  expect(await price("openai")).toBe("8.8");
  expect(await states()).toEqual(["edited"]);
});
