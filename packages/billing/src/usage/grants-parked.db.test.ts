import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  dollars,
  expectBooksBalance,
  OPERATOR,
  SERVICE,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { type GrantCreditsInput, grantCredits } from "./grant-credits.ts";
import { rateParked } from "./rate-parked.ts";
import { recordUsage } from "./record-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});

afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const gift = (customer: string, more: Partial<GrantCreditsInput> = {}): GrantCreditsInput => ({
  customer,
  amount: dollars("5"),
  reason: "welcome",
  category: "promotional",
  idempotencyKey: "g",
  ...more,
});

describe("granting credits", () => {
  test("adds them once a key, with an audit entry that has the reason", async () => {
    const { id } = await fixture.customer("gifted");
    expect(await grantCredits(fixture.ctx, SERVICE, gift("gifted"))).toMatchObject({
      ok: true,
      value: { status: "granted", balance: dollars("5") },
    });
    expect(
      await grantCredits(fixture.ctx, SERVICE, gift("gifted", { reason: "typo corrected" })),
    ).toMatchObject({ ok: true, value: { status: "replayed", balance: dollars("5") } });
    expect(await grantCredits(fixture.ctx, OPERATOR, gift("gifted", { amount: dollars("6") }))).toMatchObject(
      { ok: false, error: { kind: "idempotency_conflict" } },
    );
    const audit =
      await database.sql`select action, reason, actor_kind from ratebook.audit_entry where customer_id = ${id} and action = 'credits.grant'`;
    expect([...audit]).toEqual([{ action: "credits.grant", reason: "welcome", actor_kind: "key" }]);
  });

  test("never makes purchased money, and names what is wrong with a grant", async () => {
    const { key } = await fixture.customer("not-gifted");
    const grant = (more: Partial<GrantCreditsInput>) =>
      grantCredits(fixture.ctx, SERVICE, gift("not-gifted", more));
    expect(await grant({ category: "purchased" })).toMatchObject({ ok: false, error: { field: "category" } });
    expect(await grant({ amount: dollars("0") })).toMatchObject({ ok: false, error: { field: "amount" } });
    expect(await grant({ amount: dollars("-1") })).toMatchObject({ ok: false, error: { field: "amount" } });
    expect(await grant({ amount: dollars("1000000.01") })).toMatchObject({
      ok: false,
      error: { field: "amount" },
    });
    expect(await grant({ expiresAt: fixture.ctx.clock() })).toMatchObject({
      ok: false,
      error: { field: "expiresAt" },
    });
    expect(await grantCredits(fixture.ctx, key, gift("not-gifted"))).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    const entries = await database.sql`select count(*)::int as n from ratebook.entry`;
    expect(entries[0]?.n).toBe(1);
  });

  test("a promotional grant pays for usage and repays no debt", async () => {
    const { key } = await fixture.customer("owing");
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "tiny",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd: "1", per: 1_000_000 }],
        },
      ],
    });
    const usage = (idempotencyKey: string) => ({
      offering: "acme/tiny",
      quantities: { input_tokens: 1_000_000 },
      idempotencyKey,
    });
    await recordUsage(fixture.ctx, key, usage("1"));
    expect(await grantCredits(fixture.ctx, SERVICE, gift("owing"))).toMatchObject({
      ok: true,
      value: { debt: dollars("1.2"), balance: dollars("5") },
    });
    expect(await recordUsage(fixture.ctx, key, usage("2"))).toMatchObject({
      ok: true,
      value: { debtIncurred: 0n, debt: dollars("1.2"), balance: dollars("3.8") },
    });
  });
});

describe("parked usage", () => {
  test("is rated once its offering has a price, exactly once, by the prices of its own instant where there were any", async () => {
    const { key, id } = await fixture.customer("waiting", "10");
    const usage = { offering: "acme/late", quantities: { input_tokens: 1_000_000 } };
    const parked = await recordUsage(fixture.ctx, key, { ...usage, idempotencyKey: "1", agentId: "a" });
    expect(parked).toMatchObject({ ok: true, value: { status: "parked" } });
    const nothing = await rateParked(fixture.ctx, OPERATOR, { dryRun: false, limit: 100 });
    expect(nothing).toMatchObject({
      ok: true,
      value: { looked: 1, rated: 0, unrated: { unknown_offering: 1 } },
    });

    fixture.prices.advance(60_000);
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "late",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd: "2", per: 1_000_000 }],
        },
      ],
    });
    const tried = await rateParked(fixture.ctx, OPERATOR, { dryRun: true, limit: 100 });
    expect(tried).toMatchObject({ ok: true, value: { rated: 1, amount: dollars("2.4") } });
    const runs = await Promise.all(
      [1, 2, 3].map(() => rateParked(fixture.ctx, OPERATOR, { dryRun: false, limit: 100 })),
    );
    expect(runs.reduce((sum, run) => sum + (run.ok ? run.value.rated : 0), 0)).toBe(1);
    expect(await rateParked(fixture.ctx, OPERATOR, { dryRun: false, limit: 100 })).toMatchObject({
      ok: true,
      value: { looked: 0 },
    });

    const [debit] =
      await database.sql`select amount, agent_id, pools from ratebook.usage_event where account_id = ${id} and state = 'rated'`;
    expect(debit).toEqual({ amount: 2_400_000_000n, agent_id: "a", pools: { input_tokens: "1000000" } });
    const replay = await recordUsage(fixture.ctx, key, { ...usage, idempotencyKey: "1" });
    expect(replay).toMatchObject({ ok: true, value: { status: "replayed", amount: 0n } });
  });

  test("that never gets a price does not stand before what has one", async () => {
    const { key } = await fixture.customer("behind", "10");
    const use = (model: string, idempotencyKey: string) =>
      recordUsage(fixture.ctx, key, {
        offering: `acme/${model}`,
        quantities: { input_tokens: 1_000_000 },
        idempotencyKey,
      });
    for (const n of [1, 2, 3]) await use("misspelt", `misspelt-${n}`);
    await use("soon", "soon");
    fixture.prices.advance(60_000);
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "soon",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd: "2", per: 1_000_000 }],
        },
      ],
    });

    const rounds: number[] = [];
    let cursor: string | null = null;
    do {
      const round = await rateParked(fixture.ctx, OPERATOR, {
        dryRun: false,
        limit: 2,
        ...(cursor !== null && { cursor }),
      });
      if (!round.ok) throw new Error(round.error.message);
      rounds.push(round.value.rated);
      cursor = round.value.nextCursor;
    } while (cursor !== null);
    // Two misspelt ones; the third and what has a price; nothing beyond.
    expect(rounds).toEqual([0, 1, 0]);
    expect(await rateParked(fixture.ctx, OPERATOR, { dryRun: true, limit: 2, cursor: "x" })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "cursor" },
    });
  });

  test("is rated by nobody but the operator", async () => {
    expect(await rateParked(fixture.ctx, SERVICE, { dryRun: true, limit: 1 })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
  });
});
