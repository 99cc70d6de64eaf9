import { hash } from "node:crypto";
import { importKey, type PaymentRail, takeOverCards, takeOverCustomer } from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR, SERVICE } from "@ratebook/billing/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

const settings = { stripeSecretKey: null, stripeWebhookSecret: null, sandbox: true, embeddedDatabase: false };
let server: TestRatebook;
let rail: PaymentRail;

beforeAll(async () => {
  server = await startTestRatebook({ payments: settings });
  if (server.ctx.rail === undefined) throw new Error("the sandbox is a rail");
  ({ rail } = server.ctx);
});
afterAll(async () => {
  await expectBooksBalance(server.database.sql);
  await server.drop();
});

const customer = (externalId: string) => ({
  externalId,
  name: externalId,
  balance: dollars("12.345678901"),
  promotionalBalance: dollars("0"),
  autoTopUp: { threshold: dollars("5"), amount: dollars("50") },
});
const take = async (externalId: string) => {
  const taken = await takeOverCustomer(server.ctx, OPERATOR, customer(externalId));
  if (!taken.ok) throw new Error(taken.error.kind);
  return taken.value;
};

/** The customer on the rail, as another system made it there, with two cards; the older one is told. */
async function onRail(customerId: string): Promise<{ older: string; newer: string }> {
  const name = customerId;
  const made = await rail.ensureCustomer({
    known: null,
    reference: name,
    name,
    email: null,
    idempotencyKey: name,
  });
  if (!made.ok) throw new Error(made.error.kind);
  await server.database.sql`
    insert into ratebook.rail_customer (customer_id, gateway, rail_id, created_at)
    values (${customerId}, ${rail.name}, ${made.value.id}, ${server.ctx.clock()})`;
  const ids: string[] = [];
  for (const cardId of ["pm_card_visa", "pm_card_visa"]) {
    const card = await rail.attachCard({ customerId: made.value.id, cardId });
    if (!card.ok) throw new Error(card.error.kind);
    ids.push(card.value.id);
  }
  const [older = "", newer = ""] = ids;
  return { older, newer };
}
const cardsOf = async (customerId: string): Promise<unknown> =>
  server.database.sql`
    select card_id as id, is_default as "isDefault" from ratebook.saved_card
    where customer_id = ${customerId} order by is_default desc`;

test("a key that another system issued goes on working here, and reads the balance that was opened", async () => {
  await take("moved");
  const text = "eliza_9f8e7d6c5b4a39281706f5e4d3c2b1a0";
  const imported = await importKey(server.ctx, OPERATOR, {
    kind: "customer",
    customer: "moved",
    name: "laptop",
    scopes: ["read"],
    hash: hash("sha256", text, "hex"),
    prefix: "eliza_9f8e7d",
    lastFour: "b1a0",
  });
  expect(imported).toMatchObject({ value: { created: true } });
  const balance = await server.call("/api/v1/credits/balance", { key: text });
  expect(balance).toMatchObject({ status: 200, body: { balance: 12.345678901 } });
  const topUp = await server.call("/api/auto-top-up/settings", { key: text });
  expect(topUp.body).toMatchObject({ settings: { enabled: false, threshold: 5, amount: 50 } });
  expect((await server.call("/api/v1/credits/balance", { key: `${text}x` })).status).toBe(401);
});

test("a run that ended halfway is run again from its beginning, and opens nothing twice", async () => {
  const all = ["half-1", "half-2", "half-3"];
  for (const id of all.slice(0, 2)) expect((await take(id)).opened).toBe(dollars("12.345678901"));
  const again = [];
  for (const id of all) again.push((await take(id)).opened);
  expect(again).toEqual([dollars("0"), dollars("0"), dollars("12.345678901")]);
  // Two runs at once are no different.
  const both = await Promise.all([take("half-4"), take("half-4")]);
  expect(both.filter(({ opened }) => opened === dollars("12.345678901"))).toHaveLength(1);
});

test("the card that was charged is the default, and one chosen since stays it", async () => {
  const { id } = await take("carded");
  const { older, newer } = await onRail(id);
  expect(await takeOverCards(server.ctx, OPERATOR, { customerId: id, cardId: "pm_elsewhere" })).toMatchObject(
    {
      error: { kind: "card_unknown" },
    },
  );
  expect(await cardsOf(id)).toEqual([]);
  expect(await takeOverCards(server.ctx, SERVICE, { customerId: id, cardId: older })).toMatchObject({
    error: { kind: "access_denied" },
  });
  const taken = await takeOverCards(server.ctx, OPERATOR, { customerId: id, cardId: older });
  expect(taken).toEqual({ ok: true, value: { cards: 2 } });
  expect(await cardsOf(id)).toEqual([
    { id: older, isDefault: true },
    { id: newer, isDefault: false },
  ]);
  const [known] = await server.database
    .sql`select rail_id as id from ratebook.rail_customer where customer_id = ${id}`;
  await rail.setDefaultCard({ customerId: known?.["id"], cardId: newer });
  await takeOverCards(server.ctx, OPERATOR, { customerId: id, cardId: older });
  expect(await cardsOf(id)).toMatchObject([{ id: newer, isDefault: true }, { id: older }]);
});

test("a customer without a card or unknown to the rail has none, and without a rail it is said", async () => {
  const { id } = await take("cardless");
  expect(await takeOverCards(server.ctx, OPERATOR, { customerId: id })).toEqual({
    ok: true,
    value: { cards: 0 },
  });
  const { rail: _rail, ...without } = server.ctx;
  expect(await takeOverCards(without, OPERATOR, { customerId: id })).toMatchObject({
    error: { kind: "payments_not_configured" },
  });
});
