import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { languageModel, OPERATOR, type UsageFixture, usageFixture, WORKER } from "../testing/index.ts";
import { confirmDatedRates } from "./confirm-dated.ts";
import { decideProposal } from "./decide-proposal.ts";
import { listProposals } from "./list-proposals.ts";
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
