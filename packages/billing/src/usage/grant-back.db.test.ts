import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { decideProposal, decideProposals } from "../catalog/decide-proposal.ts";
import { ProposalPolicy, setProposalPolicy } from "../catalog/proposal-policy.ts";
import { watchPrices } from "../catalog/watch-prices.ts";
import type { Ctx } from "../ctx.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
  WORKER,
} from "../testing/index.ts";
import { getBalance } from "./get-balance.ts";
import { postGrantBacks } from "./post-grant-backs.ts";
import { previewGrantBack } from "./preview-grant-back.ts";
import { recordUsage } from "./record-usage.ts";
import { rerateWindow } from "./rerate-window.ts";
import { listReratings, undoRerating } from "./undo-rerating.ts";

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

const HOUR_MS = 3_600_000;
const WATCH: Actor = { kind: "system", name: "price watch" };

/** What acme's own page says, one model, dollars per million; everything passes a day apart. */
const publish = async (input: string, output: string) => {
  fixture.prices.advance(24 * HOUR_MS);
  await fixture.prices.submit("acme", {
    offerings: [{ ...languageModel("acme", "one", input, output), listed: true }],
  });
};

const use = async (key: Actor, idempotencyKey: string, input: number, output = 0) => {
  fixture.prices.advance(HOUR_MS);
  const debited = await recordUsage(fixture.ctx, key, {
    offering: "acme/one",
    quantities: { input_tokens: input, ...(output > 0 && { output_tokens: output }) },
    idempotencyKey,
  });
  if (!debited.ok) throw new Error(debited.error.kind);
  return debited.value.id;
};

const balanceOf = async (customer: string) => {
  const found = await getBalance(fixture.ctx, OPERATOR, { customer });
  return found.ok ? found.value.balance : null;
};

const held = async () =>
  database.sql<{ id: string; meter: string }[]>`
    select id, meter from ratebook.proposal where state = 'held' order by meter`;

const approve = async (grantBack?: boolean) => {
  fixture.prices.advance(HOUR_MS);
  const ids = (await held()).map(({ id }) => id);
  return decideProposals(fixture.ctx, OPERATOR, { ids, decision: "approve", reason: "announced", grantBack });
};

const policy = (grantBackDecreases: boolean) =>
  setProposalPolicy(fixture.ctx, OPERATOR, {
    policy: ProposalPolicy.parse({ grantBackDecreases }),
    reason: "be fair",
  });

const grants = () =>
  database.sql<{ account: string; ref: string; amount: bigint }[]>`
    select account_id as account, ref_id as ref, amount from ratebook.entry
    where kind = 'grant' and ref_id is not null order by amount desc`;

describe("an approved decrease", () => {
  test("is given back from the fetch date of its document, once, as its dry run said", async () => {
    await policy(true);
    await publish("4", "8");
    const a = await fixture.customer("a", "100");
    const b = await fixture.customer("b", "100");
    await use(a.key, "before the document", 1_000_000);
    // A quarter of the price: held.
    await publish("1", "8");
    const first = await use(a.key, "a1", 1_000_000);
    // The output price rises in between; that is no part of the decrease.
    await publish("1", "10");
    const second = await use(b.key, "b1", 500_000, 100_000);

    fixture.prices.advance(HOUR_MS);
    const [proposal] = await held();
    const preview = await previewGrantBack(fixture.ctx, OPERATOR, { ids: [proposal?.id ?? ""] });
    expect(preview).toMatchObject({
      ok: true,
      // (4 − 1) × 1.2 × 1 and × 0.5
      value: { byPolicy: true, events: 2, customers: 2, inFavour: dollars("5.4"), complete: true },
    });
    expect(await approve()).toMatchObject({ ok: true, value: { version: 3, grantBacks: 1 } });
    await use(a.key, "after the approval", 1_000_000);

    expect(await watchPrices(fixture.ctx)).toMatchObject({ grantBacks: 1 });
    expect(await watchPrices(fixture.ctx)).toMatchObject({ grantBacks: 0 });
    expect(await grants()).toEqual([
      { account: a.id, ref: first, amount: dollars("3.6") },
      { account: b.id, ref: second, amount: dollars("1.8") },
    ]);
    // 100 − 4.8 − 4.8 + 3.6 − 1.2
    expect(await balanceOf(a.id)).toBe(dollars("92.8"));
    // 100 − 0.5 × 4.8 − 0.1 × 12 + 1.8
    expect(await balanceOf(b.id)).toBe(dollars("98.2"));
    const list = await listReratings(fixture.ctx, OPERATOR);
    expect(list).toMatchObject({
      ok: true,
      value: [{ state: "posted", proposalId: proposal?.id, events: 2, difference: -5_400_000_000n }],
    });
  });

  test("is given back where the decision says so and the policy does not, and not the other way round", async () => {
    const { id, key } = await fixture.customer("a", "100");
    await publish("4", "8");
    await publish("1", "8");
    await use(key, "1", 1_000_000);
    expect(await approve(true)).toMatchObject({ ok: true, value: { grantBacks: 1 } });
    await postGrantBacks(fixture.ctx, WATCH);
    expect(await balanceOf(id)).toBe(dollars("98.8"));

    await policy(true);
    await publish("0.3", "3");
    await use(key, "2", 1_000_000);
    expect(await approve(false)).toMatchObject({ ok: true, value: { grantBacks: 0 } });
    expect(await postGrantBacks(fixture.ctx, WATCH)).toBe(0);
    expect(await balanceOf(id)).toBe(dollars("97.6"));
  });

  test("adds up with another of the same debit, and is taken back by itself", async () => {
    await policy(true);
    const { id, key } = await fixture.customer("a", "100");
    await publish("4", "8");
    await publish("1", "2");
    // 4.8 + 9.6
    await use(key, "1", 1_000_000, 1_000_000);
    expect((await held()).map(({ meter }) => meter)).toEqual(["input_tokens", "output_tokens"]);
    expect(await approve()).toMatchObject({ ok: true, value: { grantBacks: 2 } });
    expect(await postGrantBacks(fixture.ctx, WATCH)).toBe(2);
    // 100 − 1.2 − 2.4
    expect(await balanceOf(id)).toBe(dollars("96.4"));
    const [output] = await database.sql<{ id: string }[]>`
      select r.id from ratebook.rerating r join ratebook.proposal p on p.id = r.proposal_id
      where p.meter = 'output_tokens'`;
    await undoRerating(fixture.ctx, OPERATOR, { id: output?.id ?? "", reason: "too much" });
    // 96.4 − (8 − 2) × 1.2
    expect(await balanceOf(id)).toBe(dollars("89.2"));
  });

  test("is posted once though the ledger could not take it at first", async () => {
    await policy(true);
    const { id, key } = await fixture.customer("a", "100");
    await publish("4", "8");
    await publish("1", "8");
    await use(key, "1", 1_000_000);
    await approve();
    const { ledger } = fixture.ctx;
    const overloaded: Ctx["ledger"] = {
      ...ledger,
      post: async ({ opId }) => ({ kind: "overloaded", opId, retryAfterSeconds: 1 }),
    };
    expect(await postGrantBacks({ ...fixture.ctx, ledger: overloaded }, WATCH)).toBe(0);
    expect(await balanceOf(id)).toBe(dollars("95.2"));
    expect(await postGrantBacks(fixture.ctx, WATCH)).toBe(1);
    expect(await balanceOf(id)).toBe(dollars("98.8"));
  });

  test("leaves alone what was re-rated by hand", async () => {
    await policy(true);
    const { id, key } = await fixture.customer("a", "100");
    await publish("4", "8");
    await publish("1", "8");
    await use(key, "1", 1_000_000);
    await approve();
    const to = fixture.ctx.clock();
    const rerated = await rerateWindow(fixture.ctx, OPERATOR, {
      from: new Date(to.getTime() - 24 * HOUR_MS),
      to,
      version: 2,
      dryRun: false,
      reason: "by hand",
      idempotencyKey: "r1",
    });
    expect(rerated).toMatchObject({ ok: true, value: { changed: 1 } });
    expect(await postGrantBacks(fixture.ctx, WATCH)).toBe(1);
    expect(await balanceOf(id)).toBe(dollars("98.8"));
  });

  test("that nothing is billed by gives nothing back; nor does an increase", async () => {
    await policy(true);
    const { id, key } = await fixture.customer("a", "100");
    await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "4", "8"), listed: true }] });
    await publish("4", "8");
    await publish("1", "8");
    await use(key, "1", 1_000_000);
    // The operator's own price stands above the page.
    expect(await approve()).toMatchObject({ ok: true, value: { version: null, grantBacks: 0 } });
    expect(await balanceOf(id)).toBe(dollars("95.2"));

    await publish("3", "8");
    const [increase] = await held();
    expect(await previewGrantBack(fixture.ctx, OPERATOR, { ids: [must(increase, "held").id] })).toMatchObject(
      {
        ok: true,
        value: { decreases: [], inFavour: 0n },
      },
    );
  });

  test("is for operators to decide", async () => {
    expect(await previewGrantBack(fixture.ctx, WORKER, { ids: [] })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    const id = "00000000-0000-4000-8000-000000000000";
    expect(
      await decideProposal(fixture.ctx, WORKER, { id, decision: "approve", reason: "x", grantBack: true }),
    ).toMatchObject({ ok: false, error: { kind: "access_denied" } });
  });
});
