import { type Nanos, nanos } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { rollUsage } from "../analytics/roll-usage.ts";
import { takeOutbox } from "../ledger/take-outbox.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { dollars, SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { grantCredits } from "../usage/grant-credits.ts";
import { placeHold } from "../usage/place-hold.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { releaseHold } from "../usage/resolve-hold.ts";
import { settleHold } from "../usage/settle-hold.ts";
import { getAlerts, type SaveAlertsInput, saveAlerts } from "./alert-settings.ts";
import { announceExpiring } from "./announce-expiring.ts";
import { tellCustomer } from "./tell-customer.ts";
import { type Fall, noticeFall } from "./tell-falls.ts";
import { watchAlerts } from "./watch-alerts.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let n = 0;
const next = (): number => {
  n += 1;
  return n;
};
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({
    offerings: [
      {
        provider: "acme",
        model: "dollar",
        modality: "language",
        listed: true,
        // One dollar a request before markup: 1.20 with it.
        rates: [{ meter: "request", usd: "1", per: 1, when: {} }],
      },
    ],
  });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});
beforeEach(() => {
  fixture.mails.length = 0;
});

type Someone = { id: string; owner: Actor };

async function someone(usd: string, wishes: SaveAlertsInput = {}): Promise<Someone> {
  const { id } = await fixture.customer(`alerts-${next()}`);
  await database.sql`update ratebook.customer set email = ${`c${next()}@example.com`} where id = ${id}`;
  const owner: Actor = { kind: "member", userId: "u", customerId: id, role: "owner" };
  const saved = await saveAlerts(fixture.ctx, owner, { levels: [], runwayDays: null, ...wishes });
  if (!saved.ok) throw new Error(JSON.stringify(saved.error));
  if (usd !== "0") await fixture.fund(id, usd);
  return { id, owner };
}

/** Uses `requests` at $1.20 each, and has the alerts look at what the ledger announced, as the outbox's job does. */
async function use(id: string, requests: number, relay = true): Promise<void> {
  const used = await recordUsage(fixture.ctx, SERVICE, {
    customer: id,
    offering: "acme/dollar",
    quantities: { request: String(requests) },
    idempotencyKey: `use-${next()}-key`,
    mode: "record",
  } as Parameters<typeof recordUsage>[2]);
  if (!used.ok) throw new Error(JSON.stringify(used.error));
  if (relay) await relayFalls();
}

async function relayFalls(): Promise<Fall[]> {
  const messages = await inTransaction(fixture.ctx.db, (tx) => takeOutbox(tx, 1_000));
  const falls = messages
    .filter(({ kind }) => kind === "wallet.crossed_below")
    .map(({ accountId, payload }) => ({
      customerId: accountId,
      seq: BigInt(String(payload.seq)),
      crossed: (payload.crossed as string[]).map(BigInt),
    }));
  for (const fall of falls) await noticeFall(fixture.ctx, fall);
  return falls;
}

const subjects = () => fixture.mails.map(({ subject }) => subject);
const amount = (usd: string) => ({ kind: "amount" as const, amount: dollars(usd) });
const purchase = (id: string, usd: string, key: string) =>
  inTransaction(fixture.ctx.db, (tx) =>
    tellCustomer(fixture.ctx, tx, id, {
      template: "purchase_receipt",
      key,
      orderId: key,
      amount: dollars(usd),
      bonus: nanos(0n),
    }),
  );
const events = async (id: string) =>
  (
    await database.sql<{ body: string }[]>`
    select body from ratebook.webhook_event where customer_id = ${id} order by occurred_at, key`
  ).map(({ body }) => JSON.parse(body));

describe("low balance", () => {
  test("a new customer is told at a fifth of its top-up, at five dollars, and when it is empty, without setting anything", async () => {
    const { id } = await fixture.customer(`fresh-${next()}`, "60");
    await database.sql`update ratebook.customer set email = 'fresh@example.com' where id = ${id}`;
    await purchase(id, "60", "fresh-purchase");
    fixture.mails.length = 0;
    await use(id, 40); // 60 − 48 = 12: exactly a fifth is not below it
    expect(subjects()).toEqual([]);
    await use(id, 1); // 10.80
    await use(id, 5); // 4.80
    await use(id, 4); // 0
    expect(subjects()).toEqual([
      "Your balance is below $12.00",
      "Your balance is below $5.00",
      "Your credits are used up",
    ]);
    const told = (await events(id)).map(({ type, data }) => [
      type,
      data.balance ?? data.amount,
      data.percent,
    ]);
    expect(told).toHaveLength(4);
    expect(new Set(told)).toEqual(
      new Set([
        ["balance.low", "0", null],
        ["balance.low", "10.8", 20],
        ["balance.low", "4.8", null],
        ["top_up.settled", "60", undefined],
      ]),
    );
  });

  test("a level is told once, however often its crossing is reported, and again after the balance rose", async () => {
    const { id } = await someone("12", { levels: [amount("10")] });
    await use(id, 2, false); // 9.60
    const [fall] = await relayFalls();
    for (let again = 0; again < 3; again += 1) if (fall) await noticeFall(fixture.ctx, fall);
    await use(id, 1); // 8.40: below already
    expect(subjects()).toEqual(["Your balance is below $10.00"]);
    await fixture.fund(id, "5"); // 13.40
    await use(id, 3); // 9.80
    expect(subjects()).toEqual(["Your balance is below $10.00", "Your balance is below $10.00"]);
  });

  test("a hold that passes tells nothing; one that becomes a debit tells once the balance is below", async () => {
    const { id } = await someone("12", { levels: [amount("10")] });
    const hold = async (key: string) => {
      const placed = await placeHold(fixture.ctx, SERVICE, {
        customer: id,
        amount: dollars("4"),
        ttlSeconds: 600,
        idempotencyKey: key,
      } as Parameters<typeof placeHold>[2]);
      if (!placed.ok) throw new Error(JSON.stringify(placed.error));
      await relayFalls();
      return placed.value.holdId;
    };
    for (const key of ["passing-1", "passing-2"]) {
      const holdId = await hold(key);
      const released = await releaseHold(fixture.ctx, SERVICE, { customer: id, holdId });
      expect(released.ok).toBe(true);
    }
    await watchAlerts(fixture.ctx);
    expect(subjects()).toEqual([]);
    const holdId = await hold("becomes-a-debit");
    const settled = await settleHold(fixture.ctx, SERVICE, {
      customer: id,
      holdId,
      outcome: "completed",
      amount: dollars("4"),
    } as Parameters<typeof settleHold>[2]);
    expect(settled.ok).toBe(true);
    await relayFalls();
    await watchAlerts(fixture.ctx);
    await watchAlerts(fixture.ctx);
    expect(subjects()).toEqual(["Your balance is below $10.00"]);
  });

  test("one debit through several levels is one mail, about the lowest", async () => {
    const { id } = await someone("24", { levels: [amount("20"), amount("10"), amount("0")] });
    await use(id, 13); // 8.40
    await watchAlerts(fixture.ctx);
    expect(subjects()).toEqual(["Your balance is below $10.00"]);
  });

  test("mails go to the addresses of the alerts, or to nobody; webhooks are told all the same", async () => {
    const many = await someone("6", { levels: [amount("5")], emails: ["a@x.example", "b@x.example"] });
    await use(many.id, 1);
    expect(fixture.mails.map(({ to }) => to)).toEqual(["a@x.example", "b@x.example"]);
    fixture.mails.length = 0;
    const silent = await someone("6", { levels: [amount("5")], byMail: false });
    await use(silent.id, 1);
    expect(fixture.mails).toEqual([]);
    expect(await events(silent.id)).toMatchObject([{ type: "balance.low" }]);
  });

  test("a level taken away is no longer told, and one that stays keeps what was told of it", async () => {
    const { id, owner } = await someone("12", { levels: [amount("10"), amount("9")] });
    await use(id, 2); // 9.60
    await saveAlerts(fixture.ctx, owner, { levels: [amount("10"), amount("1")] });
    await use(id, 1); // 8.40: the level of 9 is gone
    expect(subjects()).toEqual(["Your balance is below $10.00"]);
  });
});

describe("spending and forecast", () => {
  const roll = async () => {
    while ((await rollUsage(fixture.ctx, { entries: 1_000 })) > 0n);
  };
  const watch = async () => {
    await roll();
    await watchAlerts(fixture.ctx);
  };

  test("a daily limit is told once a UTC day, a monthly one once a month, a raised one once more", async () => {
    const { id, owner } = await someone("1000", { dailySpend: dollars("12"), monthlySpend: dollars("24") });
    await use(id, 9); // 10.80
    await watch();
    expect(subjects()).toEqual([]);
    await use(id, 1); // 12.00: at the very amount
    await Promise.all([watch(), watch(), watch()]);
    expect(subjects()).toEqual(["You spent $12.00 today"]);
    await saveAlerts(fixture.ctx, owner, { dailySpend: dollars("13") });
    await use(id, 1); // 13.20
    await watch();
    expect(subjects()).toEqual(["You spent $12.00 today", "You spent $13.00 today"]);
    fixture.prices.advance(DAY_MS);
    await use(id, 11); // 13.20 today, 26.40 this month
    await watch();
    await watch();
    expect(subjects().slice(2).sort()).toEqual(["You spent $13.00 today", "You spent $24.00 this month"]);
  });

  test("a forecast is told once below its days, and again only after the credits lasted longer", async () => {
    const { id } = await someone("36", { runwayDays: 3 });
    await use(id, 10); // 24 left at 12 a day: 2 days
    await watch();
    await watch();
    expect(subjects()).toEqual(["Your credits last about 2 days"]);
    expect(await events(id)).toMatchObject([
      { type: "balance.running_out", data: { balance: "24", dailyBurn: "12", hoursLeft: 48 } },
    ]);
    await fixture.fund(id, "100"); // 124 at 12 a day: 10 days
    await watch();
    await use(id, 70); // 40 left at 96 a day: 10 hours
    await watch();
    expect(subjects()).toEqual(["Your credits last about 2 days", "Your credits last about 10 hours"]);
  });

  test("credits that refill themselves are not said to run out", async () => {
    const { id } = await someone("24", { runwayDays: 3 });
    await database.sql`
      insert into ratebook.auto_top_up (customer_id, enabled, mode, threshold_nanos, amount_nanos, daily_cap_nanos,
        monthly_cap_nanos, frozen_by, updated_at)
      values (${id}, true, 'fixed', 5000000000, 20000000000, 60000000000, 200000000000, '{}', now())`;
    await use(id, 10);
    await watch();
    expect(subjects()).toEqual([]);
    await database.sql`update ratebook.auto_top_up set suspended_at = now() where customer_id = ${id}`;
    await watch();
    expect(subjects()).toEqual(["Your credits last about a day"]);
  });
});

describe("expiring credits", () => {
  const gift = async (id: string, usd: string, days: number): Promise<void> => {
    const granted = await grantCredits(fixture.ctx, SERVICE, {
      customer: id,
      amount: dollars(usd),
      reason: "Welcome",
      category: "promotional",
      expiresAt: new Date(fixture.ctx.clock().getTime() + days * DAY_MS),
      idempotencyKey: `gift-${next()}-key`,
    } as Parameters<typeof grantCredits>[2]);
    if (!granted.ok) throw new Error(JSON.stringify(granted.error));
  };

  test("what is left of a grant is told once, a week before; short-lived and used-up ones are not", async () => {
    const { id } = await someone("0");
    await gift(id, "10", 30);
    await gift(id, "5", 10);
    expect(await announceExpiring(fixture.ctx)).toBe(0);
    await use(id, 5, false); // 6: the grant of 5 burns first, then 1 of the 10
    fixture.prices.advance(24 * DAY_MS);
    expect(await announceExpiring(fixture.ctx, { page: 1 })).toBe(1);
    expect(await announceExpiring(fixture.ctx)).toBe(0);
    expect(subjects()).toEqual([expect.stringMatching(/^\$9\.00 of credits expire on /)]);
  });
});

describe("settings", () => {
  test("every customer starts with alerts, and reads what they mean now", async () => {
    const { id } = await fixture.customer(`settings-${next()}`, "3");
    const read = await getAlerts(fixture.ctx, SERVICE, { customer: id });
    expect(read).toMatchObject({
      ok: true,
      value: {
        byMail: true,
        levels: [
          { kind: "amount", amount: dollars("5"), below: dollars("5"), crossed: true },
          { kind: "amount", amount: 0n, below: 1n, crossed: false },
          { kind: "percent", percent: 20, below: null, crossed: false },
        ],
        runwayDays: 3,
        dailySpend: null,
        forecast: { dailyBurn: 0n, hoursLeft: null },
      },
    });
  });

  test.each<[string, SaveAlertsInput, string]>([
    ["six addresses", { emails: Array.from({ length: 6 }, (_, i) => `${i}@x.example`) }, "emails"],
    ["a negative level", { levels: [{ kind: "amount", amount: nanos(-1n) as Nanos }] }, "thresholds"],
    ["101 %", { levels: [{ kind: "percent", percent: 101 }] }, "thresholds"],
    ["half a percent", { levels: [{ kind: "percent", percent: 0.5 }] }, "thresholds"],
    ["no days", { runwayDays: 0 }, "runwayDays"],
    ["no daily spend", { dailySpend: nanos(0n) }, "dailySpend"],
    ["no monthly spend", { monthlySpend: nanos(0n) }, "monthlySpend"],
  ])("%s is refused by name, and nothing is changed", async (_name, input, field) => {
    const { id, owner } = await someone("0", { levels: [amount("7")] });
    const before = await getAlerts(fixture.ctx, owner, {});
    expect(await saveAlerts(fixture.ctx, owner, input)).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field },
    });
    expect(await getAlerts(fixture.ctx, owner, { customer: id })).toEqual(before);
  });

  test("members look and do not change; nobody reads another organization's", async () => {
    const [one, other] = [await someone("0"), await someone("0")];
    const member: Actor = { kind: "member", userId: "m", customerId: one.id, role: "member" };
    expect((await getAlerts(fixture.ctx, member, {})).ok).toBe(true);
    const denied = { ok: false, error: { kind: "access_denied" } };
    expect(await saveAlerts(fixture.ctx, member, { byMail: false })).toMatchObject(denied);
    expect(await getAlerts(fixture.ctx, other.owner, { customer: one.id })).toMatchObject(denied);
    expect(await saveAlerts(fixture.ctx, other.owner, { customer: one.id })).toMatchObject(denied);
  });

  test("levels of auto top-up and of the alerts live beside each other", async () => {
    const { id, owner } = await someone("0", { levels: [amount("5")] });
    const watched = async () => {
      const [row] = await database.sql`select watch_below from ratebook.wallet where account_id = ${id}`;
      return row?.watch_below;
    };
    expect(await watched()).toEqual([dollars("5")]);
    await saveAlerts(fixture.ctx, owner, { levels: [amount("5"), amount("50")] });
    // The highest first: the posting function looks at that one alone where nothing is near.
    expect(await watched()).toEqual([dollars("50"), dollars("5")]);
    await saveAlerts(fixture.ctx, owner, { levels: [] });
    expect(await watched()).toBeNull();
  });
});

const DAY_MS = 86_400_000;
