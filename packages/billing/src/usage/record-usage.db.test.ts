import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dollars, expectBooksBalance, SERVICE, type UsageFixture, usageFixture } from "../testing/index.ts";
import { quoteUsage } from "./quote-usage.ts";
import { recordUsage } from "./record-usage.ts";
import { recordUsageBatch } from "./record-usage-batch.ts";
import type { UsageReport } from "./usage-report.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({
    meters: [{ name: "x_proxy_call", unit: "call", integer: true }],
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        aliases: ["chat-one"],
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "2.50", per: 1_000_000 },
          { meter: "output_tokens", usd: "10", per: 1_000_000 },
          { meter: "x_proxy_call", usd: "0.001", per: 1 },
        ],
      },
      {
        provider: "acme",
        model: "gift",
        modality: "language",
        listed: true,
        rates: [{ meter: "input_tokens", usd: "0", per: 1, free: true }],
      },
      {
        provider: "acme",
        model: "hidden",
        modality: "language",
        listed: false,
        rates: [{ meter: "input_tokens", usd: "4", per: 1_000_000 }],
      },
    ],
  });
});

afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const report = (idempotencyKey: string, more: Partial<UsageReport> = {}): UsageReport => ({
  offering: "acme/chat-1",
  quantities: { input_tokens: 1200, output_tokens: 350 },
  idempotencyKey,
  ...more,
});

describe("recording usage", () => {
  test("debits list price plus markup, exactly, and leaves the rest", async () => {
    const { key } = await fixture.customer("exact", "1");
    const answer = await recordUsage(fixture.ctx, key, report("a"));
    // 1,200 × $2.50/M = 0.003, 350 × $10/M = 0.0035; × 1.2 = 0.0036 + 0.0042 = 0.0078.
    expect(answer).toMatchObject({
      ok: true,
      value: {
        status: "debited",
        amount: 7_800_000n,
        debtIncurred: 0n,
        balance: 992_200_000n,
        available: 992_200_000n,
        catalogueVersion: 1,
        policyVersion: 1,
        lines: [
          {
            meter: "input_tokens",
            quantity: "1200",
            rate: { usd: "2.5", per: 1_000_000 },
            upstream: 3_000_000n,
            markupBps: 2000,
            amount: 3_600_000n,
          },
          {
            meter: "output_tokens",
            quantity: "350",
            upstream: 3_500_000n,
            markupBps: 2000,
            amount: 4_200_000n,
          },
        ],
      },
    });
  });

  test("takes a provider's usage object, an alias, an operator's meter and bigints alike", async () => {
    const { key } = await fixture.customer("spellings", "1");
    const openai = {
      format: "openai",
      raw: { prompt_tokens: 1200, completion_tokens: 350, total_tokens: 1550 },
    } as const;
    const answers = await recordUsageBatch(fixture.ctx, key, [
      { provider: "acme", model: "chat-1", usage: openai, idempotencyKey: "1" },
      {
        offering: "acme/chat-one",
        quantities: { input_tokens: 1200n, output_tokens: "350" },
        idempotencyKey: "2",
      },
      { offering: "acme/chat-1", quantities: { x_proxy_call: 2 }, idempotencyKey: "3" },
    ]);
    expect(answers.ok && answers.value.map((it) => it.ok && it.value.amount)).toEqual([
      7_800_000n,
      7_800_000n,
      2_400_000n,
    ]);
  });

  test("a replayed key returns the first receipt, also after the price and the policy for it changed", async () => {
    const { key, id } = await fixture.customer("replay", "1");
    const first = await recordUsage(
      fixture.ctx,
      key,
      report("r", { offering: "acme/moving", quantities: { input_tokens: 1 } }),
    );
    expect(first).toMatchObject({
      ok: true,
      value: { status: "parked", reason: "unknown_offering", amount: 0n },
    });
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "moving",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd: "1", per: 1_000_000 }],
        },
      ],
    });
    const again = await recordUsage(
      fixture.ctx,
      key,
      report("r", { offering: "acme/moving", quantities: { input_tokens: 1 }, metadata: { attempt: 2 } }),
    );
    expect(again).toMatchObject({
      ok: true,
      value: { status: "replayed", reason: "unknown_offering", amount: 0n },
    });
    const yesterday = new Date(fixture.ctx.clock().getTime() - 86_400_000);
    const tooEarly = await recordUsage(
      fixture.ctx,
      key,
      report("e", { offering: "acme/moving", quantities: { input_tokens: 1 }, occurredAt: yesterday }),
    );
    expect(tooEarly).toMatchObject({
      ok: true,
      value: {
        status: "parked",
        reason: "unknown_offering",
        detail: `no price of acme/moving was in force at ${yesterday.toISOString()}`,
      },
    });

    const debited = await recordUsage(
      fixture.ctx,
      key,
      report("s", { offering: "acme/moving", quantities: { input_tokens: 1_000_000 } }),
    );
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "moving",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd: "1.5", per: 1_000_000 }],
        },
      ],
    });
    const replayed = await recordUsage(
      fixture.ctx,
      key,
      report("s", { offering: "acme/moving", quantities: { input_tokens: 1_000_000 } }),
    );
    expect(debited).toMatchObject({
      ok: true,
      value: { status: "debited", amount: 1_200_000_000n, debtIncurred: 200_000_000n },
    });
    expect(replayed).toEqual({
      ok: true,
      value: { ...(debited.ok ? debited.value : {}), status: "replayed" },
    });
    const rows =
      await database.sql`select count(*)::int as n from ratebook.entry where account_id = ${id} and kind = 'debit'`;
    expect(rows[0]?.n).toBe(1);
  });

  test("the same key with another meaning is a conflict; another customer's same key is not", async () => {
    const { key } = await fixture.customer("meaning", "1");
    const other = await fixture.customer("meaning-2", "1");
    await recordUsage(fixture.ctx, key, report("k"));
    const changed = [
      report("k", { quantities: { input_tokens: 1201, output_tokens: 350 } }),
      report("k", { offering: "acme/hidden" }),
      report("k", { offering: "acme/nowhere" }),
      report("k", { dimensions: { service_tier: "batch" } }),
      report("k", { billing: "byok" }),
    ];
    for (const event of changed) {
      expect(await recordUsage(fixture.ctx, key, event)).toMatchObject({
        ok: false,
        error: { kind: "idempotency_conflict" },
      });
    }
    const unchanged = [
      report("k", {
        metadata: { a: 1 },
        occurredAt: new Date(fixture.ctx.clock().getTime() - 60_000),
        agentId: "other",
      }),
      report("k", { occurredAt: new Date("2031-01-01T00:00:00Z") }),
      report("k", { occurredAt: new Date("2020-01-01T00:00:00Z") }),
      report("k", { mode: "gate" }),
    ];
    for (const event of unchanged) {
      expect(await recordUsage(fixture.ctx, key, event)).toMatchObject({
        ok: true,
        value: { status: "replayed", amount: 7_800_000n },
      });
    }
    expect(await recordUsage(fixture.ctx, other.key, report("k"))).toMatchObject({
      ok: true,
      value: { status: "debited" },
    });
  });

  test("record mode never refuses: what is missing becomes visible debt; gate mode refuses and writes nothing", async () => {
    const { key, id } = await fixture.customer("short", "0.005");
    expect(await recordUsage(fixture.ctx, key, report("g", { mode: "gate" }))).toMatchObject({
      ok: false,
      error: {
        kind: "insufficient_credits",
        required: 7_800_000n,
        available: 5_000_000n,
        balance: 5_000_000n,
        topUpUrl: "https://ratebook.test/billing",
      },
    });
    expect(await recordUsage(fixture.ctx, key, report("r"))).toMatchObject({
      ok: true,
      value: { amount: 7_800_000n, debtIncurred: 2_800_000n, debt: 2_800_000n, balance: 0n },
    });
    await fixture.fund(id, "1");
    expect(await recordUsage(fixture.ctx, key, report("g", { mode: "gate" }))).toMatchObject({
      ok: true,
      value: { status: "debited" },
    });
  });

  test("free usage passes the gate at balance zero and is debited 0", async () => {
    const { key } = await fixture.customer("free");
    const event = report("f", { offering: "acme/gift", quantities: { input_tokens: 5000 }, mode: "gate" });
    expect(await recordUsage(fixture.ctx, key, event)).toMatchObject({
      ok: true,
      value: { status: "debited", amount: 0n, lines: [{ meter: "input_tokens", markupBps: 0, amount: 0n }] },
    });
  });

  test("usage without a price is refused at the gate and parked in record mode, with its reason", async () => {
    const { key } = await fixture.customer("unrated", "1");
    const gate = { mode: "gate" } as const;
    const answers = await recordUsageBatch(fixture.ctx, key, [
      report("1", { ...gate, offering: "acme/nowhere" }),
      report("2", { ...gate, offering: "acme/hidden" }),
      report("3", { ...gate, quantities: { image: 1 } }),
      report("4", { quantities: { image: 1 } }),
    ]);
    expect(answers.ok && answers.value).toMatchObject([
      { ok: false, error: { kind: "unrated", reason: "unknown_offering" } },
      { ok: false, error: { kind: "unrated", reason: "not_listed" } },
      { ok: false, error: { kind: "unrated", reason: "unpriced_meter", meter: "image" } },
      { ok: true, value: { status: "parked", reason: "unpriced_meter", amount: 0n, balance: dollars("1") } },
    ]);
  });

  test("the conservative policy takes the provider's dearest rate of each meter and flags the receipt", async () => {
    const { key } = await fixture.customer("careful", "1");
    await database.sql`insert into ratebook.setting (name, value) values ('unrated_policy', '{"record":"conservative","gate":"conservative"}')`;
    const answer = await recordUsage(
      fixture.ctx,
      key,
      report("c", { offering: "acme/brand-new", quantities: { input_tokens: 1000 } }),
    );
    const nobody = await recordUsage(
      fixture.ctx,
      key,
      report("d", { offering: "nobody/model", quantities: { input_tokens: 1000 } }),
    );
    await database.sql`delete from ratebook.setting where name = 'unrated_policy'`;
    // acme/hidden is dearest at $4/M: 1,000 × 4/M × 1.2 = 0.0048.
    expect(answer).toMatchObject({
      ok: true,
      value: { status: "debited", amount: 4_800_000n, lines: [{ conservative: true, rate: { usd: "4" } }] },
    });
    expect(nobody).toMatchObject({ ok: true, value: { status: "parked", reason: "unknown_offering" } });
  });

  test("one bad event hides no other, and a service key's batch may mix customers", async () => {
    const one = await fixture.customer("mix-1", "1");
    await fixture.customer("mix-2", "1");
    const answers = await recordUsageBatch(fixture.ctx, SERVICE, [
      report("a", { customer: "mix-1", agentId: "agent-1", appId: "App One" }),
      report("b", { customer: "nobody" }),
      report("c", { customer: "mix-2", quantities: { input_tokens: -1 } }),
      report("d", {}),
      report("e", { customer: one.id }),
      report("f", { customer: "mix-2", quantities: { no_such_meter: 1 } }),
      report("g", { customer: "mix-2" }),
    ]);
    expect(answers.ok && answers.value).toMatchObject([
      { ok: true, value: { status: "debited", balance: 992_200_000n } },
      { ok: false, error: { kind: "customer_not_found", customer: "nobody" } },
      { ok: false, error: { kind: "validation_error", field: "quantities.input_tokens" } },
      { ok: false, error: { kind: "customer_required" } },
      { ok: true, value: { status: "debited", balance: 984_400_000n } },
      { ok: false, error: { kind: "validation_error", field: "quantities.no_such_meter" } },
      { ok: true, value: { status: "debited", balance: 992_200_000n } },
    ]);
    const agents = await database.sql`select agent_id from ratebook.agent where customer_id = ${one.id}`;
    const apps = await database.sql`select app_id, slug from ratebook.app where customer_id = ${one.id}`;
    expect([...agents]).toEqual([{ agent_id: "agent-1" }]);
    expect([...apps]).toEqual([{ app_id: "App One", slug: "app-one" }]);
  });

  test("one key never acts for another customer, known or not", async () => {
    const { key } = await fixture.customer("own", "1");
    await fixture.customer("foreign", "1");
    for (const customer of ["foreign", "nobody"]) {
      expect(await recordUsage(fixture.ctx, key, report("x", { customer }))).toMatchObject({
        ok: false,
        error: { kind: "access_denied" },
      });
    }
    expect(await recordUsage(fixture.ctx, key, report("x", { customer: "own" }))).toMatchObject({ ok: true });
  });

  test("the future is refused by name, and the long past needs a scope", async () => {
    const { key, id } = await fixture.customer("dates", "1");
    const now = fixture.ctx.clock().getTime();
    expect(
      await recordUsage(fixture.ctx, key, report("1", { occurredAt: new Date(now + 60_000) })),
    ).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "occurredAt" },
    });
    const old = report("2", { occurredAt: new Date(now - 36 * 86_400_000) });
    expect(await recordUsage(fixture.ctx, key, old)).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    const backfill = {
      kind: "key",
      keyId: "b",
      customerId: id,
      scopes: ["usage:write", "usage:backfill"],
    } as const;
    // Nothing was priced then, so it waits.
    expect(await recordUsage(fixture.ctx, backfill, old)).toMatchObject({
      ok: true,
      value: { status: "parked" },
    });
  });

  test("byok debits the operator's fee alone", async () => {
    const { key } = await fixture.customer("byok", "1");
    // 20 % of 0.003 + 0.0035.
    expect(await recordUsage(fixture.ctx, key, report("b", { billing: "byok" }))).toMatchObject({
      ok: true,
      value: {
        amount: 1_300_000n,
        lines: [{ upstream: 3_000_000n, amount: 600_000n }, { amount: 700_000n }],
      },
    });
  });

  test("shadow events are rated and kept, and no money moves", async () => {
    const { key, id } = await fixture.customer("shadow", "1");
    const shadow = report("s", { shadow: true });
    const first = await recordUsage(fixture.ctx, key, shadow);
    expect(first).toMatchObject({
      ok: true,
      value: { status: "shadow", amount: 7_800_000n, balance: dollars("1") },
    });
    expect(await recordUsage(fixture.ctx, key, shadow)).toEqual(first);
    expect(await recordUsage(fixture.ctx, key, { ...shadow, quantities: { input_tokens: 9 } })).toMatchObject(
      { ok: false, error: { kind: "idempotency_conflict" } },
    );
    expect(
      await recordUsage(fixture.ctx, key, report("t", { shadow: true, offering: "acme/nowhere" })),
    ).toMatchObject({
      ok: true,
      value: { status: "shadow", reason: "unknown_offering", amount: 0n },
    });
    const kept =
      await database.sql`select count(*)::int as n from ratebook.shadow_event where customer_id = ${id}`;
    expect(kept[0]?.n).toBe(2);
    expect(await recordUsage(fixture.ctx, key, report("s"))).toMatchObject({
      ok: true,
      value: { status: "debited" },
    });
  });
});

describe("a quote", () => {
  const ask = { offering: "acme/quoted", quantities: { input_tokens: 1_000_000 } };
  const publish = (usd: string) =>
    fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "quoted",
          modality: "language",
          listed: true,
          rates: [{ meter: "input_tokens", usd, per: 1_000_000 }],
        },
      ],
    });

  test("prices one debit at the quoted versions, once", async () => {
    await publish("1");
    const { key } = await fixture.customer("quotes", "100");
    const quoted = await quoteUsage(fixture.ctx, key, ask);
    if (!quoted.ok) throw new Error(quoted.error.kind);
    expect(quoted.value).toMatchObject({ amount: 1_200_000_000n, upstream: 1_000_000_000n });
    fixture.prices.advance(60_000);
    await publish("1.9");
    const { quoteId } = quoted.value;
    const debit = (idempotencyKey: string, more: object = {}) =>
      recordUsage(fixture.ctx, key, { ...ask, quoteId, idempotencyKey, ...more });
    expect(await debit("x", { quantities: { input_tokens: 2 } })).toMatchObject({
      ok: false,
      error: { kind: "quote_unusable", reason: "mismatch" },
    });
    expect(await debit("a")).toMatchObject({
      ok: true,
      value: { status: "debited", amount: 1_200_000_000n },
    });
    expect(await debit("b")).toMatchObject({ ok: false, error: { kind: "quote_unusable", reason: "used" } });
    fixture.prices.advance(16 * 60_000);
    expect(await debit("a")).toMatchObject({
      ok: true,
      value: { status: "replayed", amount: 1_200_000_000n },
    });
    expect(await debit("c")).toMatchObject({ ok: false, error: { reason: "expired" } });
    expect(await recordUsage(fixture.ctx, key, { ...ask, idempotencyKey: "d" })).toMatchObject({
      ok: true,
      value: { amount: 2_280_000_000n },
    });
  });

  test("is given back when the debit that named it was refused for money", async () => {
    await publish("2");
    const { key, id } = await fixture.customer("quotes-short", "1");
    const quoted = await quoteUsage(fixture.ctx, key, ask);
    const event = { ...ask, quoteId: quoted.ok ? quoted.value.quoteId : "", mode: "gate" } as const;
    expect(await recordUsage(fixture.ctx, key, { ...event, idempotencyKey: "1" })).toMatchObject({
      ok: false,
      error: { kind: "insufficient_credits" },
    });
    await fixture.fund(id, "10");
    expect(await recordUsage(fixture.ctx, key, { ...event, idempotencyKey: "2" })).toMatchObject({
      ok: true,
      value: { amount: 2_400_000_000n },
    });
  });

  test("of one customer does not price another's usage", async () => {
    await publish("3");
    const one = await fixture.customer("quotes-1", "10");
    const two = await fixture.customer("quotes-2", "10");
    const quoted = await quoteUsage(fixture.ctx, one.key, ask);
    const event = { ...ask, quoteId: quoted.ok ? quoted.value.quoteId : "", idempotencyKey: "1" };
    expect(await recordUsage(fixture.ctx, two.key, event)).toMatchObject({
      ok: false,
      error: { reason: "mismatch" },
    });
  });
});
