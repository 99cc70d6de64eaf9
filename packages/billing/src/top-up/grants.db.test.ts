import { nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dollars, expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { readStanding } from "../usage/get-balance.ts";
import { grantRecurring, saveRecurringGrant } from "./recurring-grants.ts";
import { grantSignup, mailboxOf, networkOf, saveSignupGrant } from "./signup-grant.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

const balanceOf = async (id: string) => (await readStanding(fixture.ctx, id)).balance;

test("signing up gives credits once a mailbox, and a few times an address, only where it is on", async () => {
  const { ctx } = fixture;
  const { id } = await fixture.customer("signed up");
  const sign = (email: string, address: string | null = null) =>
    grantSignup(ctx, { customerId: id, email, address });
  expect(await sign("ann@example.com")).toBe(false);
  const settings = { enabled: true, amount: dollars("2.5"), perAddress: 2, windowHours: 24 };
  expect((await saveSignupGrant(ctx, OPERATOR, settings)).ok).toBe(true);
  const tries = await Promise.all([
    sign("ann@example.com"),
    sign("Ann+2@Example.com"),
    sign("ann@example.com"),
  ]);
  expect(tries.filter(Boolean)).toHaveLength(1);
  expect(await sign("b@example.com", "192.0.2.7")).toBe(true);
  expect(await sign("c@example.com", "192.0.2.7")).toBe(true);
  expect(await sign("d@example.com", "192.0.2.7")).toBe(false);
  expect(await balanceOf(id)).toBe(dollars("7.5"));
});

test("of many who sign up at once from one network, no more get credits than the window allows", async () => {
  const { ctx } = fixture;
  const { id } = await fixture.customer("crowd");
  const settings = { enabled: true, amount: dollars("1"), perAddress: 2, windowHours: 24 };
  await saveSignupGrant(ctx, OPERATOR, settings);
  const crowd = Array.from({ length: 6 }, (_, index) =>
    grantSignup(ctx, {
      customerId: id,
      email: `crowd${index}@example.com`,
      address: `2001:db8:7:7::${index + 1}`,
    }),
  );
  expect((await Promise.all(crowd)).filter(Boolean)).toHaveLength(2);
  fixture.prices.advance(DAY_MS + 1);
  const later = { customerId: id, email: "tomorrow@example.com", address: "2001:db8:7:7::9" };
  expect(await grantSignup(ctx, later)).toBe(true);
});

test.each([
  ["Ann.Lee+news@GMail.com", "annlee@gmail.com"],
  ["a.b@example.com", "a.b@example.com"],
  ["x@googlemail.com", "x@gmail.com"],
])("%s is read by %s", (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:DB8:0:12::9", "2001:db8:0:12::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8:0:12:1:2:3:4", "2001:db8:0:12::/64"],
  ["unheard of", "unheard of"],
])("%s is counted as %s", (address, network) => expect(networkOf(address)).toBe(network));

test("a recurring grant comes once a period, expires at its end, and rolls over up to its cap", async () => {
  const { ctx, prices } = fixture;
  const { id } = await fixture.customer("recurring");
  const saved = await saveRecurringGrant(ctx, OPERATOR, {
    customer: id,
    name: "Included credits",
    amount: dollars("10"),
    period: "day",
    rolloverCap: dollars("4"),
  });
  expect(saved.ok).toBe(true);
  await Promise.all([grantRecurring(ctx), grantRecurring(ctx)]);
  expect(await balanceOf(id)).toBe(dollars("10"));
  prices.advance(DAY_MS);
  await grantRecurring(ctx);
  await grantRecurring(ctx);
  // 10 are gone, of which 4 live on beside the new 10.
  expect(await balanceOf(id)).toBe(dollars("14"));
  prices.advance(3 * DAY_MS);
  await grantRecurring(ctx);
  // Two periods were missed: theirs would have expired, and nothing is left over from them.
  expect(await balanceOf(id)).toBe(dollars("10"));
  prices.advance(DAY_MS);
  expect(await balanceOf(id)).toBe(nanos(0n));
});

const DAY_MS = 86_400_000;
