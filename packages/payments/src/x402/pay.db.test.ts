import {
  type Actor,
  type Ctx,
  hasSandboxPurchases,
  listX402Settlements,
  payWithX402,
  purgeSandbox,
  sweepX402,
  verifyBooks,
  type X402Rail,
} from "@ratebook/billing";
import {
  dollars,
  expectBooksBalance,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createX402Rail } from "./create-x402-rail.ts";
import { ownFacilitator } from "./local-chain/own-facilitator.ts";
import { type Draft, payerWith, paymentHeader, signTransfer } from "./local-chain/signed-payment.ts";
import { type LocalChain, startLocalChain } from "./local-chain/start-local-chain.ts";

const SHOP = "0x00000000000000000000000000000000000c0ffe";
let chain: LocalChain;
let database: TestDatabase;
let fixture: UsageFixture;
let rail: X402Rail;
let ctx: Ctx;
let customers = 0;

beforeAll(async () => {
  database = await testDatabase();
  [chain, fixture] = await Promise.all([startLocalChain(), usageFixture(database)]);
  rail = createX402Rail({
    network: chain.network,
    asset: chain.asset,
    payTo: SHOP,
    client: chain.client,
    facilitator: ownFacilitator(chain),
    resource: "https://ratebook.test/api/v1/credits/topup",
  });
  ctx = { ...fixture.ctx, clock: () => new Date(), x402: rail };
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await chain.close();
  await fixture.close();
  await database.drop();
});

/** A customer, a payer with 20 dollars, and what tests do with them. */
async function shopper(units = 20_000_000n) {
  customers += 1;
  const { id, key } = await fixture.customer(`shopper ${customers}`);
  const payer = await payerWith(chain, units);
  return {
    id,
    key,
    payer,
    terms: (amount = "5") => termsFor(key, amount),
    sign: (draft: Draft = {}) => signTransfer(chain, payer, { to: SHOP, value: 5_000_000n, ...draft }),
    balance: () => balanceOf(id),
  };
}

async function termsFor(key: Actor, amount: string) {
  const asked = await payWithX402(ctx, key, { amount: dollars(amount) });
  if (!asked.ok || asked.value.status !== "payment_required") throw new Error("no terms were given");
  return asked.value.terms;
}

async function balanceOf(customerId: string): Promise<bigint> {
  const [row] = await database.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${customerId}`;
  return must(row, "every customer has a wallet").balance;
}

const pay = (key: Actor, payment: string, amount = "5", over: Partial<Ctx> = {}) =>
  payWithX402({ ...ctx, ...over }, key, { amount: dollars(amount), payment });

const version2 = { network: "eip155:84532" };
const header = (signed: Awaited<ReturnType<typeof signTransfer>>, intentId?: string) =>
  paymentHeader(signed, { ...version2, asset: chain.asset, ...(intentId !== undefined && { intentId }) });

describe("paying", () => {
  test("terms carry one price, an id, and what has to be signed", async () => {
    const { terms } = await shopper();
    const first = await terms();
    expect(first).toMatchObject({
      price: dollars("5"),
      units: 5_000_000n,
      network: "eip155:84532",
      networkV1: "base-sepolia",
      asset: chain.asset,
      payTo: SHOP,
      token: { name: "USDC", version: "2", decimals: 6 },
      resource: "https://ratebook.test/api/v1/credits/topup",
    });
    expect((await terms()).intentId).not.toBe(first.intentId);
  });

  test("a payment is credited once as purchased credits, and the same one again gives the first receipt", async () => {
    const { id, key, terms, sign, balance } = await shopper();
    const payment = header(await sign(), (await terms()).intentId);
    const paid = await pay(key, payment);
    expect(paid).toMatchObject({
      ok: true,
      value: {
        status: "settled",
        creditsAdded: dollars("5"),
        balance: dollars("5"),
        payment: {
          version: 2,
          network: "eip155:84532",
          transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        },
      },
    });
    const again = await pay(key, payment);
    expect(again).toMatchObject({
      ok: true,
      value: { ...(paid.ok ? paid.value : {}), status: "replayed" },
    });
    expect(await balance()).toBe(dollars("5"));
    const grants = await database.sql`
      select category, amount from ratebook.grant where account_id = ${id}`;
    expect(grants.map((row) => ({ ...row }))).toEqual([{ category: "purchased", amount: dollars("5") }]);
    const contras = await database.sql`
      select contra from ratebook.entry where account_id = ${id} and kind = 'grant'`;
    expect(contras.map(({ contra }) => contra)).toEqual(["clearing:x402"]);
    const { items } = await listX402Settlements(ctx, { customer: id, limit: 10 });
    expect(items).toMatchObject([{ state: "settled", credits: dollars("5"), attempts: 1, dueAt: null }]);
  });

  test("an over-payment credits what was paid", async () => {
    const { key, terms, sign, balance } = await shopper();
    const signed = await sign({ value: 7_250_000n });
    expect(await pay(key, header(signed, (await terms()).intentId))).toMatchObject({
      ok: true,
      value: { status: "settled", creditsAdded: dollars("7.25") },
    });
    expect(await balance()).toBe(dollars("7.25"));
  });

  test("version 1 pays the newest unpaid terms, and without terms makes its own", async () => {
    const { key, terms, sign, balance } = await shopper();
    await terms();
    const v1 = { network: "base-sepolia" };
    const first = paymentHeader(await sign({ version: 1 }), v1);
    expect(await pay(key, first)).toMatchObject({
      ok: true,
      value: { status: "settled", payment: { version: 1, network: "base-sepolia" } },
    });
    const second = paymentHeader(await sign({ version: 1 }), v1);
    expect(await pay(key, second)).toMatchObject({ ok: false, error: { kind: "terms_already_paid" } });
    const other = paymentHeader(await sign({ version: 1, value: 3_000_000n }), v1);
    expect(await pay(key, other, "3")).toMatchObject({ ok: true, value: { status: "settled" } });
    expect(await balance()).toBe(dollars("8"));
  });

  test("ten arrivals of one payment at once take and credit it once", async () => {
    const { key, terms, sign, balance, payer } = await shopper();
    const payment = header(await sign(), (await terms()).intentId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => pay(key, payment)));
    expect(answers.filter((it) => it.ok && it.value.status === "settled")).toHaveLength(1);
    expect(await balance()).toBe(dollars("5"));
    expect(await chain.balanceOf(payer.address)).toBe(15_000_000n);
  });
});

test("of two authorizations for the same terms at once, one is taken", async () => {
  const { key, terms, sign, balance, payer } = await shopper();
  const { intentId } = await terms();
  const headers = [header(await sign(), intentId), header(await sign(), intentId)];
  const answers = await Promise.all(headers.map((payment) => pay(key, payment)));
  expect(answers.filter((it) => it.ok && it.value.status === "settled")).toHaveLength(1);
  expect(answers.filter((it) => !it.ok && it.error.kind === "terms_already_paid")).toHaveLength(1);
  expect(await balance()).toBe(dollars("5"));
  expect(await chain.balanceOf(payer.address)).toBe(15_000_000n);
});

describe("what is refused takes and credits nothing", () => {
  const now = () => BigInt(Math.trunc(Date.now() / 1000));
  const other = "0x000000000000000000000000000000000000dead";

  test.each<[string, string, () => Draft]>([
    ["another recipient", "wrong_recipient", () => ({ to: other })],
    ["a cent too little", "underpaid", () => ({ value: 4_990_000n })],
    ["a time that is over", "expired", () => ({ validBefore: now() - 1n })],
    ["a time still to come", "not_yet_valid", () => ({ validAfter: now() + 300n })],
    ["a time without end", "valid_too_long", () => ({ validBefore: now() + 30n * 86_400n })],
    ["a signature for another token", "invalid_signature", () => ({ verifyingContract: other })],
    ["a signature for another chain", "invalid_signature", () => ({ chainId: 8453 })],
    ["more than the payer has", "insufficient_funds", () => ({ value: 20_000_001n })],
    ["more than anybody has", "too_much", () => ({ value: 10n ** 40n })],
  ])("%s: %s", async (_what, reason, draft) => {
    const { key, terms, sign, balance, payer } = await shopper();
    const { intentId } = await terms();
    const answer = await pay(key, header(await sign(draft()), intentId));
    expect(answer).toMatchObject({ ok: true, value: { status: "payment_required", reason } });
    const fresh = answer.ok && answer.value.status === "payment_required" ? answer.value : null;
    expect(fresh?.message).toContain("not taken");
    expect(fresh?.terms).toMatchObject({ price: dollars("5") });
    expect(await balance()).toBe(0n);
    expect(await chain.balanceOf(payer.address)).toBe(20_000_000n);
  });

  test("a payload that says more beside the signature than the signature does", async () => {
    const { key, terms, sign, balance } = await shopper();
    const { intentId } = await terms();
    const signed = await sign({ value: 1n });
    expect(await pay(key, header({ ...signed, value: 5_000_000n }, intentId))).toMatchObject({
      value: { reason: "invalid_signature" },
    });
    expect(
      await pay(key, header({ ...signed, signature: (await sign()).signature }, intentId)),
    ).toMatchObject({
      value: { reason: "underpaid" },
    });
    expect(await balance()).toBe(0n);
  });

  test("another scheme, network or token than the one named in the terms", async () => {
    const { key, terms, sign, balance } = await shopper();
    const { intentId } = await terms();
    const signed = await sign();
    const named = { ...version2, asset: chain.asset, intentId };
    for (const [change, reason] of [
      [{ scheme: "upto" }, "unsupported_scheme"],
      [{ network: "eip155:8453" }, "wrong_network"],
      [{ asset: other }, "wrong_asset"],
    ] as const) {
      const answer = await pay(key, paymentHeader(signed, { ...named, ...change }));
      expect(answer, reason).toMatchObject({ ok: true, value: { status: "payment_required", reason } });
    }
    expect(await balance()).toBe(0n);
  });

  test("a second authorization for terms that were paid, before it is settled", async () => {
    const { key, terms, sign, balance, payer } = await shopper();
    const { intentId } = await terms();
    await pay(key, header(await sign(), intentId));
    expect(await pay(key, header(await sign(), intentId))).toMatchObject({
      ok: false,
      error: { kind: "terms_already_paid", state: "settled" },
    });
    expect(await balance()).toBe(dollars("5"));
    expect(await chain.balanceOf(payer.address)).toBe(15_000_000n);
  });

  test("another customer's terms, another amount's, expired ones, and another customer's payment", async () => {
    const [mine, theirs] = [await shopper(), await shopper()];
    const foreign = await theirs.terms();
    const refusal = (reason: string) => ({ ok: true, value: { status: "payment_required", reason } });
    const signed = await mine.sign();
    expect(await pay(mine.key, header(signed, foreign.intentId))).toMatchObject(refusal("terms_unknown"));
    const own = await mine.terms();
    expect(await pay(mine.key, header(signed, own.intentId), "4")).toMatchObject(refusal("terms_unknown"));
    const later = { clock: () => new Date(Date.now() + 16 * 60_000) };
    const long = await mine.sign({ validBefore: now() + 7_200n });
    expect(await pay(mine.key, header(long, own.intentId), "5", later)).toMatchObject(
      refusal("terms_expired"),
    );
    await pay(mine.key, header(signed, own.intentId));
    expect(await pay(theirs.key, header(signed, foreign.intentId))).toMatchObject({
      ok: false,
      error: { kind: "payment_already_used" },
    });
    expect([await mine.balance(), await theirs.balance()]).toEqual([dollars("5"), 0n]);
  });

  test("a transfer somebody else already brought to the chain", async () => {
    const { key, terms, sign, balance } = await shopper();
    const signed = await sign();
    await rail.settle(signed);
    expect(await pay(key, header(signed, (await terms()).intentId))).toMatchObject({
      value: { status: "payment_required", reason: "authorization_used" },
    });
    expect(await balance()).toBe(0n);
  });

  test.each(["0.5", "1000.01", "5.001"])("an amount of %s", async (amount) => {
    const { key } = await shopper(0n);
    expect(await payWithX402(ctx, key, { amount: dollars(amount) })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "amount" },
    });
  });

  test("everything, where x402 is not configured", async () => {
    const { key } = await shopper(0n);
    const { x402: _rail, ...off } = ctx;
    expect(await payWithX402(off, key, {})).toEqual({ ok: false, error: { kind: "x402_not_configured" } });
    expect(await sweepX402(off, { limit: 10 })).toEqual({ ok: true, value: { looked: 0, settled: 0 } });
  });
});

describe("after a crash, or without an answer", () => {
  const sweepAfter = (minutes: number, x402: X402Rail = rail) =>
    sweepX402({ ...ctx, x402, clock: () => new Date(Date.now() + minutes * 60_000) }, { limit: 100 });
  const stop = async (): Promise<never> => {
    throw new Error("the process stopped here");
  };

  test("a process that stops before it asks for the transfer: the sweeper asks, and credits once", async () => {
    const { key, terms, sign, balance } = await shopper();
    const payment = header(await sign(), (await terms()).intentId);
    await expect(pay(key, payment, "5", { x402: { ...rail, settle: stop } })).rejects.toThrow("stopped");
    expect(await pay(key, payment)).toMatchObject({ ok: true, value: { status: "pending" } });
    expect(await balance()).toBe(0n);
    expect(await sweepAfter(2)).toMatchObject({ ok: true, value: { settled: 1 } });
    expect(await sweepAfter(4)).toMatchObject({ ok: true, value: { looked: 0 } });
    expect(await pay(key, payment)).toMatchObject({
      value: { status: "replayed", creditsAdded: dollars("5") },
    });
    expect(await balance()).toBe(dollars("5"));
  });

  test("a process that stops right after it wrote the payment down: nothing was moved, the sweeper goes on", async () => {
    const { id, key, terms, sign, balance, payer } = await shopper();
    const payment = header(await sign(), (await terms()).intentId);
    await expect(pay(key, payment, "5", { x402: { ...rail, settle: stop } })).rejects.toThrow("stopped");
    // What the first commit of a payment leaves behind.
    await database.sql`
      update ratebook.x402_settlement set state = 'verified', attempts = 0 where customer_id = ${id}`;
    expect(await chain.balanceOf(payer.address)).toBe(20_000_000n);
    expect(await sweepAfter(2)).toMatchObject({ ok: true, value: { settled: 1 } });
    expect(await balance()).toBe(dollars("5"));
    expect(await chain.balanceOf(payer.address)).toBe(15_000_000n);
  });

  test("a process that stops between the transfer and its credit: the chain tells, nothing is sent again", async () => {
    const { key, terms, sign, balance, payer } = await shopper();
    const payment = header(await sign(), (await terms()).intentId);
    await expect(pay(key, payment, "5", { x402: { ...rail, findTransfer: stop } })).rejects.toThrow(
      "stopped",
    );
    expect(await chain.balanceOf(payer.address)).toBe(15_000_000n);
    expect(await balance()).toBe(0n);
    expect(await sweepAfter(2, { ...rail, settle: stop })).toMatchObject({ ok: true, value: { settled: 1 } });
    expect(await balance()).toBe(dollars("5"));
  });

  test("a facilitator that moves the money and loses its answer: credited in the same request", async () => {
    const { key, terms, sign, balance } = await shopper();
    const silent: X402Rail = {
      ...rail,
      settle: async (authorization) => {
        await rail.settle(authorization);
        return { kind: "unknown", message: "timeout" };
      },
    };
    const payment = header(await sign(), (await terms()).intentId);
    expect(await pay(key, payment, "5", { x402: silent })).toMatchObject({ value: { status: "settled" } });
    expect(await balance()).toBe(dollars("5"));
  });

  test("a refused transfer frees the terms, and is credited all the same should it reach the chain later", async () => {
    const { key, terms, sign, balance } = await shopper();
    const { intentId } = await terms();
    const signed = await sign();
    const refusing: X402Rail = { ...rail, settle: async () => ({ kind: "refused", reason: "no gas" }) };
    expect(await pay(key, header(signed, intentId), "5", { x402: refusing })).toMatchObject({
      value: { status: "payment_required", reason: "facilitator_refused" },
    });
    expect(await pay(key, header(await sign(), intentId))).toMatchObject({ value: { status: "settled" } });
    await rail.settle(signed);
    expect(await balance()).toBe(dollars("5"));
    expect(await sweepAfter(20)).toMatchObject({ ok: true, value: { settled: 1 } });
    expect(await balance()).toBe(dollars("10"));
  });

  test("a transfer nobody brought to the chain fails for good once its time is over there", async () => {
    const { id, key, terms, sign, balance } = await shopper();
    const away: X402Rail = { ...rail, settle: async () => ({ kind: "unknown", message: "no answer" }) };
    const payment = header(await sign(), (await terms()).intentId);
    expect(await pay(key, payment, "5", { x402: away })).toMatchObject({ value: { status: "pending" } });
    const over: X402Rail = { ...away, findTransfer: async () => ({ kind: "unused", expired: true }) };
    expect(await sweepAfter(30, over)).toMatchObject({ ok: true, value: { settled: 0 } });
    const { items } = await listX402Settlements(ctx, { customer: id, limit: 10 });
    expect(items).toMatchObject([{ state: "failed", failure: "expired", dueAt: null }]);
    expect(await pay(key, payment)).toMatchObject({
      value: { status: "payment_required", reason: "expired" },
    });
    expect(await balance()).toBe(0n);
  });
});

test("what was purchased by x402 is what the chain moved to us", async () => {
  const [credited] = await database.sql<{ sum: bigint }[]>`
    select coalesce(sum(amount), 0)::int8 as sum from ratebook.entry where contra = 'clearing:x402'`;
  const [settled] = await database.sql<{ sum: bigint }[]>`
    select coalesce(sum(credits_nanos), 0)::int8 as sum from ratebook.x402_settlement where state = 'settled'`;
  expect(credited?.sum).toBe(settled?.sum);
  // One transfer was made around us on purpose: 5 dollars that no settlement was asked for.
  expect((await chain.balanceOf(SHOP)) * 1_000n).toBe((settled?.sum ?? 0n) + dollars("5"));
});

test.each([
  [
    "credited otherwise than it was settled",
    "set credits_nanos = credits_nanos + 1",
    "set credits_nanos = credits_nanos - 1",
  ],
  ["credited and not settled", "set op_id = gen_random_uuid()", ""],
])("verify-books finds a token payment that was %s", async (_what, damage, repair) => {
  const { id, key, sign, terms } = await shopper();
  await pay(key, header(await sign(), (await terms()).intentId));
  const [before] = await database.sql`select op_id from ratebook.x402_settlement where customer_id = ${id}`;
  const where = `where customer_id = '${id}'`;
  await database.sql.unsafe(`update ratebook.x402_settlement ${damage} ${where}`);
  const found = (await verifyBooks(database)).filter(({ violations }) => (violations ?? 0) > 0);
  expect(found.map((check) => check.id)).toEqual(["I12"]);
  const mended = repair === "" ? `set op_id = '${String(before?.op_id)}'` : repair;
  await database.sql.unsafe(`update ratebook.x402_settlement ${mended} ${where}`);
});

test("credits bought with a test chain's tokens keep a live payment key out until they are purged; real ones do not", async () => {
  expect(await hasSandboxPurchases(ctx)).toBe(false);
  const { key, sign, terms, balance } = await shopper();
  const worthless: X402Rail = { ...rail, contra: "clearing:sandbox" };
  const payment = header(await sign(), (await terms()).intentId);
  expect(await pay(key, payment, "5", { x402: worthless })).toMatchObject({ value: { status: "settled" } });
  expect(await hasSandboxPurchases(ctx)).toBe(true);
  expect(await purgeSandbox(ctx, OPERATOR)).toMatchObject({ value: { purchases: 1, taken: dollars("5") } });
  expect(await balance()).toBe(0n);
  expect(await hasSandboxPurchases(ctx)).toBe(false);
});
