import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { decideProposal, decideProposals } from "./decide-proposal.ts";
import { editProposal } from "./edit-proposal.ts";
import { explainAuthority } from "./explain-authority.ts";
import { getProposal } from "./get-proposal.ts";
import { getRate } from "./get-rate.ts";
import { listProposals } from "./list-proposals.ts";
import { endOverrides, listOverrides } from "./overrides.ts";
import { ProposalPolicy, setProposalPolicy } from "./proposal-policy.ts";
import { activateScheduled, scheduleProposal } from "./schedule-proposal.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const model = (name: string, input: string, output: string) => ({
  ...languageModel("openai", name, input, output),
  listed: true,
});

const held = async () => {
  const found = await listProposals(fixture.ctx, OPERATOR, { state: "held", limit: 100 });
  return found.ok ? found.value.items : [];
};
const heldOf = async (offering: string, meter: string) =>
  must(
    (await held()).find((it) => it.offering === offering && it.meter === meter),
    `${offering} ${meter} is held`,
  ).id;

const priceOf = async (offering: string, meter: string) =>
  (await fixture.ctx.catalogue.at(offering, fixture.ctx.clock()))?.offering.rates.find(
    (rate) => rate.meter === meter,
  )?.usd;

/** Reads a price of $2 / $8 and then one that is held: input four times dearer. */
async function holdOne(): Promise<string> {
  await fixture.prices.submit("openai", { offerings: [model("one", "2", "8")] });
  fixture.prices.advance(DAY_MS);
  await fixture.prices.submit("openai", { offerings: [model("one", "6", "8")] });
  return heldOf("openai/one", "input_tokens");
}

describe("a proposal's evidence", () => {
  test("holds every source's word, the marked excerpt, and what the change would have cost whom, exactly", async () => {
    await fixture.prices.submit("litellm", { offerings: [model("one", "2.01", "8")] });
    await fixture.prices.submit("openai", { offerings: [model("one", "2", "8")] });
    const [a, b] = [await fixture.customer("a", "100"), await fixture.customer("b", "100")];
    const use = (key: typeof a.key, idempotencyKey: string, input: number) =>
      recordUsage(fixture.ctx, key, {
        offering: "openai/one",
        quantities: { input_tokens: input, output_tokens: 1000 },
        idempotencyKey,
      });
    await use(a.key, "1", 1_000_000);
    await use(a.key, "2", 500_001);
    await use(b.key, "3", 7);
    fixture.prices.advance(DAY_MS);
    await fixture.prices.submit("openai", { offerings: [model("one", "6", "8")] });
    const id = await heldOf("openai/one", "input_tokens");

    const found = await getProposal(fixture.ctx, OPERATOR, { id });
    if (!found.ok) throw new Error(found.error.kind);
    const { proposal, authority, witnesses, excerpt, blastRadius, wouldDecide } = found.value;
    expect(proposal).toMatchObject({ oldUsd: "2", newUsd: "6", rule: "ratio_hold", ratio: "3" });
    expect(wouldDecide).toBe(true);
    expect(witnesses).toEqual([
      {
        source: "litellm",
        usd: "2.01",
        per: 1_000_000n,
        standing: "accepted",
        agreesWithNew: false,
        ratioToNew: "0.335",
      },
    ]);
    // What is billed is $2; LiteLLM's 2.01 is within 1 % of it.
    expect(authority).toMatchObject({ deciding: "openai", agreeing: ["litellm"], disagreeing: [] });
    expect(excerpt?.text.slice(excerpt.mark?.from, excerpt.mark?.to)).toBe("6");
    // Lines at $2 × 1.2 per million: 2.4 + 1.2000024 and 0.0000168; at $6 three times that.
    expect(blastRadius).toMatchObject({
      events: 3,
      before: 3_600_019_200n,
      after: 10_800_057_600n,
      difference: 7_200_038_400n,
      customerCount: 2,
      complete: true,
      skipped: 0,
      unpriced: 0,
    });
    expect(blastRadius.customers.map(({ name, events, difference }) => [name, events, difference])).toEqual([
      ["a", 2, 7_200_004_800n],
      ["b", 1, 33_600n],
    ]);
  });

  test("counts what is older than 30 days as nothing, and names nobody to a customer", async () => {
    await fixture.prices.submit("openai", { offerings: [model("one", "2", "8")] });
    const { key } = await fixture.customer("a", "1");
    await recordUsage(fixture.ctx, key, {
      offering: "openai/one",
      quantities: { input_tokens: 1000 },
      idempotencyKey: "1",
    });
    fixture.prices.advance(31 * DAY_MS);
    await fixture.prices.submit("openai", { offerings: [model("one", "6", "8")] });
    const id = await heldOf("openai/one", "input_tokens");
    const found = await getProposal(fixture.ctx, OPERATOR, { id });
    expect(found.ok && found.value.blastRadius).toMatchObject({ events: 0, customers: [], difference: 0n });
    expect(await getProposal(fixture.ctx, key, { id })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
  });
});

test("a rate tells its document, its decision, its timeline and the usage it billed", async () => {
  const id = await holdOne();
  await decideProposal(fixture.ctx, OPERATOR, { id, decision: "approve", reason: "announced" });
  const { key } = await fixture.customer("a", "10");
  const quantities = { input_tokens: 1000 };
  const debit = await recordUsage(fixture.ctx, key, {
    offering: "openai/one",
    quantities,
    idempotencyKey: "1",
  });
  const [rate] = (await fixture.ctx.catalogue.at("openai/one", fixture.ctx.clock()))?.offering.rates ?? [];
  const found = await getRate(fixture.ctx, OPERATOR, { rateId: rate?.rateId ?? "" });
  expect(found).toMatchObject({
    value: {
      rate: { usd: "6", source: "openai" },
      opened: { version: 2, note: "approved: announced" },
      proposal: { id, decidedBy: "operator-user" },
      timeline: [{ usd: "6" }, { usd: "2", closedVersion: 2 }],
      debits: [{ id: debit.ok ? debit.value.id : "", customerName: "a", amount: 7_200_000n }],
    },
  });
  const mark = found.ok ? found.value.excerpt?.mark : null;
  expect(found.ok && found.value.excerpt?.text.slice(mark?.from, mark?.to)).toBe("6");
});

describe("decisions", () => {
  test("a batch is one version with one reason; what was decided meanwhile is named", async () => {
    const two = (input: string) => ({ offerings: [model("one", input, "8"), model("two", input, "8")] });
    await fixture.prices.submit("openai", two("2"));
    fixture.prices.advance(DAY_MS);
    await fixture.prices.submit("openai", two("6"));
    const ids = (await held()).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const unknown = "00000000-0000-4000-8000-000000000000";
    const decided = await decideProposals(fixture.ctx, OPERATOR, {
      ids: [...ids, unknown],
      decision: "approve",
      reason: "announced",
    });
    expect(decided).toMatchObject({
      ok: true,
      value: { version: 2, decided: ids, refused: [{ kind: "proposal_not_found", id: unknown }] },
    });
    expect([
      await priceOf("openai/one", "input_tokens"),
      await priceOf("openai/two", "input_tokens"),
    ]).toEqual(["6", "6"]);
    expect(
      await decideProposals(fixture.ctx, OPERATOR, { ids, decision: "reject", reason: "late" }),
    ).toMatchObject({
      value: {
        version: null,
        decided: [],
        refused: [{ kind: "proposal_decided" }, { kind: "proposal_decided" }],
      },
    });
    const audit = await database.sql`select action, reason from ratebook.audit_entry`;
    expect([...audit]).toEqual([
      { action: "proposal.approve", reason: "announced" },
      { action: "proposal.approve", reason: "announced" },
    ]);
  });

  test("a corrected price is the operator's override: active at once, untouched by syncs, until it ends", async () => {
    const id = await holdOne();
    const until = new Date(fixture.ctx.clock().getTime() + 30 * DAY_MS);
    expect(
      await editProposal(fixture.ctx, OPERATOR, {
        id,
        usd: "2.5",
        per: 1_000_000n,
        until,
        reason: "per their mail",
      }),
    ).toEqual({ ok: true, value: { version: 2 } });
    expect(await priceOf("openai/one", "input_tokens")).toBe("2.5");
    expect(await priceOf("openai/one", "output_tokens")).toBe("8");
    fixture.prices.advance(DAY_MS);
    // The source says something believable now; the override stays, and the other meter follows the source.
    await fixture.prices.submit("openai", { offerings: [model("one", "2.2", "9")] });
    expect(await priceOf("openai/one", "input_tokens")).toBe("2.5");
    expect(await priceOf("openai/one", "output_tokens")).toBe("9");
    expect(
      await explainAuthority(fixture.ctx, OPERATOR, { offering: "openai/one", meter: "input_tokens" }),
    ).toMatchObject({
      value: {
        meters: [
          {
            deciding: "override",
            overridden: true,
            sources: [
              { source: "override", decides: true },
              { source: "openai", decides: false },
            ],
          },
        ],
      },
    });
    expect(await listOverrides(fixture.ctx, OPERATOR)).toMatchObject({
      value: [
        { offering: "openai/one", meter: "input_tokens", kind: "edit", proposalId: id, version: 2, until },
      ],
    });
    expect(
      await endOverrides(fixture.ctx, OPERATOR, { offering: "openai/one", reason: "they fixed it" }),
    ).toEqual({
      ok: true,
      value: { ended: 1, version: 4 },
    });
    expect(await priceOf("openai/one", "input_tokens")).toBe("2.2");
  });

  test("a corrected price is no way around the bounds", async () => {
    const id = await holdOne();
    const edit = (usd: string, accept?: boolean) =>
      editProposal(fixture.ctx, OPERATOR, {
        id,
        usd,
        per: 1_000_000n,
        reason: "typo",
        ...(accept && { accept }),
      });
    expect(await edit("0")).toMatchObject({ error: { kind: "not_activatable" } });
    expect(await edit("250")).toMatchObject({ error: { kind: "import_acceptance_required" } });
    expect(await priceOf("openai/one", "input_tokens")).toBe("2");
    expect(await edit("250", true)).toMatchObject({ ok: true });
    expect(await priceOf("openai/one", "input_tokens")).toBe("250");
  });

  test("a scheduled change is confirmed again when it is due", async () => {
    const id = await holdOne();
    const at = new Date(fixture.ctx.clock().getTime() + 2 * DAY_MS);
    expect(await scheduleProposal(fixture.ctx, OPERATOR, { id, at, reason: "from Tuesday" })).toMatchObject({
      ok: true,
    });
    expect(await activateScheduled(fixture.ctx, OPERATOR)).toEqual({ activated: [], returned: [] });
    // Stated again, it stays scheduled.
    fixture.prices.advance(DAY_MS);
    await fixture.prices.submit("openai", { offerings: [model("one", "6", "8"), model("new", "1", "2")] });
    expect(await held()).toEqual([]);
    fixture.prices.advance(DAY_MS);
    expect(await activateScheduled(fixture.ctx, OPERATOR)).toEqual({ activated: [id], returned: [] });
    expect(await priceOf("openai/one", "input_tokens")).toBe("6");
    expect(
      await decideProposal(fixture.ctx, OPERATOR, { id, decision: "reject", reason: "no" }),
    ).toMatchObject({
      error: { kind: "proposal_decided", state: "approved" },
    });
  });

  test("a scheduled change goes back to the held ones where nothing confirms it, and falls where the source drops it", async () => {
    const id = await holdOne();
    const at = new Date(fixture.ctx.clock().getTime() + DAY_MS);
    await scheduleProposal(fixture.ctx, OPERATOR, { id, at, reason: "soon" });
    fixture.prices.advance(DAY_MS);
    expect(await activateScheduled(fixture.ctx, OPERATOR)).toEqual({
      activated: [],
      returned: [{ id, because: "its source was not read again since it was scheduled" }],
    });
    expect((await held()).map((it) => it.id)).toEqual([id]);
    expect(await priceOf("openai/one", "input_tokens")).toBe("2");

    await scheduleProposal(fixture.ctx, OPERATOR, {
      id,
      at: new Date(at.getTime() + DAY_MS),
      reason: "again",
    });
    await fixture.prices.submit("openai", { offerings: [model("one", "2.1", "8")] });
    const superseded = await listProposals(fixture.ctx, OPERATOR, { state: "superseded", limit: 10 });
    expect(superseded.ok && superseded.value.items.map((it) => it.id)).toEqual([id]);
    const past = await scheduleProposal(fixture.ctx, OPERATOR, {
      id,
      at: fixture.ctx.clock(),
      reason: "now",
    });
    expect(past).toMatchObject({ error: { kind: "validation_error", field: "at" } });
  });

  test("no witness releases a hold where the policy wants a person", async () => {
    const policy = ProposalPolicy.parse({ releaseOnWitness: false });
    expect(await setProposalPolicy(fixture.ctx, OPERATOR, { policy, reason: "careful" })).toMatchObject({
      ok: true,
    });
    const id = await holdOne();
    await fixture.prices.submit("litellm", { offerings: [model("one", "6", "8")] });
    expect((await held()).map((it) => it.id)).toEqual([id]);
  });
});
