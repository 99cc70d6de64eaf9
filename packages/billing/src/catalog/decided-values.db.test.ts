import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { languageModel, OPERATOR, type UsageFixture, usageFixture, WORKER } from "../testing/index.ts";
import { confirmDatedRates } from "./confirm-dated.ts";
import { decideProposal } from "./decide-proposal.ts";
import { listProposals } from "./list-proposals.ts";
import { activateScheduled, scheduleProposal } from "./schedule-proposal.ts";
import { announceSources } from "./sources.ts";

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

const proposals = async () => {
  const found = await listProposals(fixture.ctx, OPERATOR, { limit: 100 });
  return found.ok ? found.value.items : [];
};
const onlyProposal = async () => {
  const [first, ...others] = await proposals();
  expect(others).toEqual([]);
  return must(first, "a change is held");
};
describe("a change that is scheduled", () => {
  const date = new Date("2026-12-02T00:00:00Z");
  const route = (asOf: string, price: string) => ({
    asOf,
    offerings: [languageModel("openrouter", "one", price, "16")],
  });
  const price = async () =>
    (await fixture.ctx.catalogue.at("openrouter/one", fixture.ctx.clock()))?.offering.rates.find(
      ({ meter }) => meter === "input_tokens",
    )?.usd;
  /** $8, an hour later $9, which is held against flicker and scheduled for 2 December. */
  const schedule = async () => {
    await fixture.prices.submit("openrouter", route("2026-11-22T00:00:00Z", "8"));
    fixture.prices.advance(HOUR_MS);
    await fixture.prices.submit("openrouter", route("2026-11-22T01:00:00Z", "9"));
    const { id, rule } = await onlyProposal();
    expect(rule).toBe("flicker");
    await scheduleProposal(fixture.ctx, OPERATOR, { id, at: date, reason: "as customers were told" });
    return id;
  };
  const wait = (until: Date) => fixture.prices.advance(until.getTime() - fixture.ctx.clock().getTime());
  const activate = () => activateScheduled(fixture.ctx, OPERATOR);

  test("waits for its date, though the guard would let it through by then, and goes live once", async () => {
    const id = await schedule();
    fixture.prices.advance(7 * HOUR_MS);
    expect(await fixture.prices.submit("openrouter", route("2026-11-22T08:00:00Z", "9"))).toMatchObject({
      outcome: "unchanged",
      version: null,
      details: {
        offerings: [{ sentences: [expect.stringMatching(/scheduled for 2026-12-02T00:00:00.000Z$/)] }],
      },
    });
    expect(await price()).toBe("8");
    expect(await onlyProposal()).toMatchObject({ id, state: "scheduled", rule: "flicker", activateAt: date });
    expect(await activate()).toEqual({ activated: [], returned: [] });

    wait(date);
    expect(await activate()).toEqual({ activated: [id], returned: [] });
    expect(await price()).toBe("9");
    fixture.prices.advance(HOUR_MS);
    expect(await fixture.prices.submit("openrouter", route("2026-12-02T01:00:00Z", "9"))).toMatchObject({
      outcome: "unchanged",
    });
    expect(await activate()).toEqual({ activated: [], returned: [] });
    expect(await onlyProposal()).toMatchObject({ id, state: "approved", version: 2 });
    expect(fixture.ctx.catalogue.current().catalogueVersion).toBe(2);
  });

  test.each([
    ["one the guard lets through is active at once", "8.5", "8.5", ["superseded"]],
    ["one it stops is held", "20", "8", ["held", "superseded"]],
    ["the price in force is nothing new", "8", "8", ["superseded"]],
  ])("falls where its source states another price: %s", async (_, stated, billed, states) => {
    await schedule();
    fixture.prices.advance(7 * HOUR_MS);
    await fixture.prices.submit("openrouter", route("2026-11-22T08:00:00Z", stated));
    const after = async () => [await price(), (await proposals()).map(({ state }) => state).sort()];
    expect(await after()).toEqual([billed, states]);
    wait(date);
    expect(await activate()).toEqual({ activated: [], returned: [] });
    expect(await after()).toEqual([billed, states]);
  });

  test("that went back to the held ones is judged by the next reading, the bytes being the same or not", async () => {
    const id = await schedule();
    fixture.prices.advance(6 * HOUR_MS);
    const last = route("2026-11-22T07:00:00Z", "9");
    await fixture.prices.submit("openrouter", last);
    // Any reason that looks and time alone do not make due.
    await database.sql`update ratebook.proposal set rule = 'batch_size'`;
    const again = { id, at: date, reason: "as customers were told" };
    await scheduleProposal(fixture.ctx, OPERATOR, again);
    wait(date);
    expect(await activate()).toMatchObject({ activated: [], returned: [{ id }] });
    await fixture.prices.submit("openrouter", last);
    expect(await price()).toBe("9");
    expect(await onlyProposal()).toMatchObject({ id, state: "superseded" });
  });
});

test("a dated rate that nothing confirmed and the operator rejected stays out, for the reason it was held", async () => {
  const openai = { source: "openai", title: "OpenAI", homepage: "https://openai.com", schedule: null };
  await announceSources(fixture.ctx, WORKER, { sources: [{ ...openai, freshnessHours: 36 }] });
  const from = new Date(fixture.ctx.clock().getTime() + 48 * HOUR_MS);
  const dated = (asOf: string) => ({
    asOf,
    offerings: [
      {
        ...languageModel("openai", "one", "2", "8"),
        rates: [
          { meter: "input_tokens", usd: "2", per: 1_000_000, validUntil: from.toISOString() },
          { meter: "input_tokens", usd: "3", per: 1_000_000, validFrom: from.toISOString() },
        ],
      },
    ],
  });
  await fixture.prices.submit("openai", dated("2026-11-22T00:00:00Z"));
  fixture.prices.advance(48 * HOUR_MS - 5 * 60_000);
  expect(await confirmDatedRates(fixture.ctx, OPERATOR)).toBe(1);
  const { id } = await onlyProposal();
  await decideProposal(fixture.ctx, OPERATOR, { id, decision: "reject", reason: "they took it back" });
  fixture.prices.advance(HOUR_MS);
  const read = await fixture.prices.submit("openai", dated("2026-11-24T00:00:00Z"));
  expect(read).toMatchObject({
    counts: { held: 1 },
    details: {
      offerings: [{ sentences: [expect.stringMatching(/rejected and its source says it ever since/)] }],
    },
  });
  expect(await onlyProposal()).toMatchObject({ id, state: "rejected", rule: "unconfirmed_date" });
});
