import { must, nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { renewCreditLines } from "../contracts/renew-credit-lines.ts";
import { setContract } from "../contracts/set-contract.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { rollDueWallets } from "../ledger/roll-due-wallets.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { dollars, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { grantRecurring, saveRecurringGrant } from "../top-up/recurring-grants.ts";
import { grantSignup, saveSignupGrant } from "../top-up/signup-grant.ts";
import { grantCredits } from "../usage/grant-credits.ts";
import { placeHold } from "../usage/place-hold.ts";
import { releaseHold } from "../usage/resolve-hold.ts";
import { settleHold } from "../usage/settle-hold.ts";
import { feeOpId } from "./deployment-fee.ts";
import { relayRises, runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { watchRunways } from "./watch-runways.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sellInfrastructure(fixture);
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

type Warned = { id: string; key: Actor; container: string };
let named = 0;

/** A customer whose container runs and whose credits last a day: 1.17 − 0.50 = 0.67. */
async function warned(
  prepare: (customer: Warned) => Promise<void> = async () => {},
  usd = "1.17",
): Promise<Warned> {
  named += 1;
  const customer = await fixture.customer(`lifted ${named}`, usd);
  const made = { ...customer, container: await runContainer(fixture, customer.id) };
  await prepare(made);
  await watchRunways(fixture.ctx);
  expect(await stateOf(made)).toBe("warned");
  // What was announced before is somebody else's.
  await relayRises(fixture);
  expect(await stateOf(made)).toBe("warned");
  return made;
}
const stateOf = async ({ id }: Warned): Promise<string | undefined> => {
  const [row] = await database.sql<{ state: string }[]>`
    select state from ratebook.shutdown_notice where customer_id = ${id}`;
  return row?.state;
};
const hold = async ({ key }: Warned, usd: string, ttlSeconds = 900): Promise<string> => {
  const held = await placeHold(fixture.ctx, key, {
    amount: dollars(usd),
    ttlSeconds,
    idempotencyKey: `hold ${named}`,
  });
  return must(held.ok ? held.value.holdId : null, "the credits suffice");
};

const credits: [string, (customer: Warned) => Promise<unknown>][] = [
  ["a purchase that settles", ({ id }) => fixture.fund(id, "5")],
  [
    "a grant by hand",
    ({ id }) =>
      grantCredits(fixture.ctx, OPERATOR, {
        customer: id,
        amount: dollars("5"),
        reason: "sorry",
        category: "promotional",
        idempotencyKey: `grant ${id}`,
      }),
  ],
  [
    "a plan's or any recurring grant",
    async ({ id }) => {
      await saveRecurringGrant(fixture.ctx, OPERATOR, {
        customer: id,
        name: "Pro",
        amount: dollars("5"),
        period: "month",
      });
      expect(await grantRecurring(fixture.ctx)).toBe(1);
    },
  ],
  [
    "a contract's credit line",
    async ({ id }) => {
      const set = await setContract(fixture.ctx, OPERATOR, {
        customer: id,
        terms: { creditLine: { amount: "5" } },
        note: "test",
      });
      expect(set.ok).toBe(true);
      expect(await renewCreditLines(fixture.ctx)).toBe(1);
    },
  ],
  [
    "the credits of a sign-up",
    async ({ id }) => {
      const settings = { enabled: true, amount: dollars("5"), perAddress: 3, windowHours: 24 };
      await saveSignupGrant(fixture.ctx, OPERATOR, settings);
      const signedUp = { customerId: id, email: `new${named}@customer.test`, address: null };
      expect(await grantSignup(fixture.ctx, signedUp)).toBe(true);
    },
  ],
  [
    "an adjustment to the customer's good",
    ({ id }) =>
      fixture.ctx.ledger.post({
        kind: "adjustment",
        account: id,
        opId: fixture.ctx.newId(),
        meaningHash: "1".repeat(64),
        amount: dollars("5"),
        contra: "promo",
        source: "corrected",
      }),
  ],
];

test.each(credits)("%s ends the notice at once, whoever posts it", async (_what, credit) => {
  const customer = await warned();
  await credit(customer);
  expect(await relayRises(fixture)).toBe(1);
  expect(await stateOf(customer)).toBe("active");
});

test("a debit that is given back ends it", async () => {
  // 1.84 − 0.50 = 1.34 are two days; with the fee they are more.
  const customer = await warned(undefined, "1.84");
  await fixture.ctx.db.transaction((tx) =>
    postWithin(
      tx,
      [
        {
          kind: "grant",
          account: customer.id,
          opId: opId("test-return", customer.container),
          meaningHash: "2".repeat(64),
          amount: dollars("0.5"),
          category: "purchased",
          contra: "revenue:infrastructure",
          source: "returned",
          ref: feeOpId(customer.container),
        },
      ],
      fixture.ctx.clock(),
    ),
  );
  expect(await relayRises(fixture)).toBe(1);
  expect(await stateOf(customer)).toBe("active");
});

test("so do credits that come free: by a release, by an expiry, or because a call cost less", async () => {
  const ends: ((customer: Warned, holdId: string) => Promise<unknown>)[] = [
    ({ key }, holdId) => releaseHold(fixture.ctx, key, { holdId }),
    async () => {
      fixture.prices.advance(HOUR);
      await rollDueWallets(fixture.ctx, { limit: 100 });
    },
    ({ key }, holdId) =>
      settleHold(fixture.ctx, key, { holdId, outcome: "completed", amount: dollars("0.01") }),
  ];
  for (const end of ends) {
    let holdId = "";
    const customer = await warned(async (it) => {
      holdId = await hold(it, "4.5");
    }, "5.50");
    await end(customer, holdId);
    expect(await relayRises(fixture)).toBe(1);
    expect(await stateOf(customer)).toBe("active");
  }
});

test("debits, small holds that end, and wallets without a notice are announced to nobody", async () => {
  const customer = await warned();
  const holdId = await hold(customer, "0.2");
  await releaseHold(fixture.ctx, customer.key, { holdId });
  await fixture.ctx.ledger.post({
    kind: "adjustment",
    account: customer.id,
    opId: fixture.ctx.newId(),
    meaningHash: "3".repeat(64),
    amount: nanos(-100_000_000n),
    contra: "promo",
    source: "taken",
  });
  await fixture.customer("rich", "100");
  expect(await relayRises(fixture)).toBe(0);
  // Credits that do not suffice are looked at, and change nothing.
  await fixture.fund(customer.id, "0.10");
  expect(await relayRises(fixture)).toBe(1);
  expect(await stateOf(customer)).toBe("warned");
  await fixture.fund(customer.id, "5");
  expect(await relayRises(fixture)).toBe(1);
  await fixture.fund(customer.id, "5");
  // Its notice has ended, and nobody listens any more.
  expect(await relayRises(fixture)).toBe(0);
});

test("a stop is never decided on credits that have grown since they were read", async () => {
  const { ctx } = fixture;
  const customer = await warned();
  fixture.prices.advance(49 * HOUR);
  // Credits that arrive between the reading of the runway and the step that follows from it.
  const topsUpMeanwhile = new Proxy(ctx.db, {
    get: (db, name) =>
      name === "transaction"
        ? async (work: Parameters<typeof db.transaction>[0]) => {
            await fixture.fund(customer.id, "20");
            return db.transaction(work);
          }
        : Reflect.get(db, name),
  });
  await watchRunways({ ...ctx, db: topsUpMeanwhile });
  const stops =
    await database.sql`select 1 from ratebook.resource_intent where customer_id = ${customer.id} and cause = 'credits'`;
  expect(stops).toHaveLength(0);
  await relayRises(fixture);
  expect(await stateOf(customer)).toBe("active");
});
