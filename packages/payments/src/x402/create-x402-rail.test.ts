import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createX402Rail } from "./create-x402-rail.ts";
import { ownFacilitator } from "./local-chain/own-facilitator.ts";
import { payerWith, signTransfer } from "./local-chain/signed-payment.ts";
import { type LocalChain, startLocalChain } from "./local-chain/start-local-chain.ts";

const SHOP = "0x00000000000000000000000000000000000c0ffe";
let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});
afterAll(() => chain.close());

const open = (facilitator = ownFacilitator(chain)) =>
  createX402Rail({
    network: chain.network,
    asset: chain.asset,
    payTo: SHOP,
    client: chain.client,
    facilitator,
    resource: "https://ratebook.test/api/v1/credits/topup",
  });

describe("a rail over a real chain", () => {
  test("reads the token's own name, version and decimals", async () => {
    expect(await open().describe()).toEqual({ ok: true, value: { name: "USDC", version: "2", decimals: 6 } });
  });

  test.each([1, 2] as const)(
    "verifies, settles and finds a version %i payment on the chain",
    async (version) => {
      const payer = await payerWith(chain, 3_000_000n);
      const before = await chain.balanceOf(SHOP);
      const signed = await signTransfer(chain, payer, { to: SHOP, value: 2_500_000n, version });
      const rail = open();
      const verified = await rail.verify(signed);
      expect(verified).toMatchObject({ ok: true });
      const block = verified.ok ? verified.value.block : 0n;
      expect(await rail.findTransfer(signed, block)).toEqual({ kind: "unused", expired: false });
      const sent = await rail.settle(signed);
      expect(sent).toMatchObject({ kind: "sent" });
      const transaction = sent.kind === "sent" ? sent.transaction : "";
      const done = { kind: "done", transaction, value: 2_500_000n };
      expect(await rail.findTransfer(signed, block, transaction)).toEqual(done);
      expect(await rail.findTransfer(signed, block)).toEqual(done);
      expect((await chain.balanceOf(SHOP)) - before).toBe(2_500_000n);
      expect(await rail.verify(signed)).toMatchObject({ ok: false, error: { reason: "authorization_used" } });
      expect(await rail.settle(signed)).toMatchObject({ kind: "refused" });
    },
  );

  test("never takes another transaction for the payment's own, whoever names it", async () => {
    const payer = await payerWith(chain, 2_000_000n);
    const rail = open();
    const first = await signTransfer(chain, payer, { to: SHOP });
    const sent = await rail.settle(first);
    const transaction = sent.kind === "sent" ? sent.transaction : "";
    const second = await signTransfer(chain, payer, { to: SHOP });
    expect(await rail.findTransfer(second, 0n, transaction)).toEqual({ kind: "unused", expired: false });
  });

  test("refuses what the payer did not sign, for this token, on this chain", async () => {
    const payer = await payerWith(chain, 2_000_000n);
    const rail = open();
    const signed = await signTransfer(chain, payer, { to: SHOP });
    const refused = { ok: false, error: { kind: "x402_refused", reason: "invalid_signature" } };
    expect(await rail.verify({ ...signed, value: 2_000_000n })).toMatchObject(refused);
    expect(await rail.verify({ ...signed, signature: `0x${"11".repeat(65)}` })).toMatchObject(refused);
    const elsewhere = await signTransfer(chain, payer, { to: SHOP, chainId: 1 });
    expect(await rail.verify(elsewhere)).toMatchObject(refused);
    const otherToken = await signTransfer(chain, payer, { to: SHOP, verifyingContract: SHOP });
    expect(await rail.verify(otherToken)).toMatchObject(refused);
  });

  test("refuses a payer without the money", async () => {
    const payer = await payerWith(chain, 999_999n);
    const signed = await signTransfer(chain, payer, { to: SHOP });
    expect(await open().verify(signed)).toMatchObject({ ok: false, error: { reason: "insufficient_funds" } });
  });

  test("says so when the facilitator gives no answer: to a verdict nothing moved, to a transfer nobody knows", async () => {
    const payer = await payerWith(chain, 1_000_000n);
    const signed = await signTransfer(chain, payer, { to: SHOP });
    const away = async (): Promise<never> => {
      throw new TypeError("fetch failed");
    };
    const rail = open({ verify: away, settle: away });
    expect(await rail.verify(signed)).toMatchObject({ ok: false, error: { kind: "x402_unavailable" } });
    expect(await rail.settle(signed)).toMatchObject({ kind: "unknown" });
  });

  test("a facilitator that claims success moves nothing here", async () => {
    const payer = await payerWith(chain, 1_000_000n);
    const signed = await signTransfer(chain, payer, { to: SHOP });
    const rail = open({
      verify: async () => ({ isValid: true }),
      settle: async () => ({ success: true, transaction: "", network: "eip155:84532" }),
    });
    expect(await rail.settle(signed)).toMatchObject({ kind: "unknown" });
    expect(await rail.findTransfer(signed, 0n)).toEqual({ kind: "unused", expired: false });
  });
});
