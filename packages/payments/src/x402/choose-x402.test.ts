import { expect, test } from "vitest";
import { chooseX402, type X402Settings } from "./choose-x402.ts";

const nothing: X402Settings = {
  network: null,
  payTo: null,
  asset: null,
  facilitatorUrl: null,
  facilitatorToken: null,
  rpcUrl: null,
  loopback: true,
};
const USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const all: X402Settings = {
  ...nothing,
  network: "base",
  payTo: "0x00000000000000000000000000000000000C0FFE",
  asset: USDC,
  facilitatorUrl: "https://facilitator.test",
};

test("is off by default", () => {
  expect(chooseX402(nothing)).toEqual({ ok: true, value: { kind: "none" } });
});

test.each(["base", "eip155:8453"])("knows %s by both names, and a public node of it", (network) => {
  expect(chooseX402({ ...all, network, payTo: USDC })).toMatchObject({
    ok: true,
    value: {
      kind: "network",
      network: { chainId: 8453, name: "eip155:8453", nameV1: "base" },
      rpcUrl: "https://mainnet.base.org",
    },
  });
});

test("a network without a name in version 1 needs a node", () => {
  const elsewhere = { ...all, network: "eip155:31337", payTo: USDC };
  expect(chooseX402(elsewhere)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("X402_RPC_URL") },
  });
  expect(chooseX402({ ...elsewhere, rpcUrl: "http://127.0.0.1:8545" })).toMatchObject({
    ok: true,
    value: { network: { chainId: 31337, nameV1: null } },
  });
});

test.each<[string, Partial<X402Settings>, string]>([
  ["a part without the network", { ...nothing, payTo: USDC }, "X402_PAY_TO needs X402_NETWORK"],
  ["a network without the recipient", { payTo: null }, "X402_NETWORK needs X402_PAY_TO"],
  ["a network without the token", { asset: null, payTo: USDC }, "X402_NETWORK needs X402_ASSET"],
  ["a network without a facilitator", { facilitatorUrl: null, payTo: USDC }, "needs X402_FACILITATOR_URL"],
  ["an unknown network", { network: "visa" }, "X402_NETWORK must be"],
  ["a recipient with a typing error", { payTo: `${USDC.slice(0, -1)}4` }, "X402_PAY_TO must be an address"],
  [
    "a facilitator that is no address",
    { facilitatorUrl: "ftp://x", payTo: USDC },
    "X402_FACILITATOR_URL must be",
  ],
  ["worthless money for strangers", { ...nothing, network: "development", loopback: false }, "HOST must be"],
  [
    "development with a real recipient",
    { ...nothing, network: "development", payTo: USDC },
    "X402_PAY_TO is not for",
  ],
])("refuses %s", (_what, change, sentence) => {
  expect(chooseX402({ ...all, ...change })).toMatchObject({
    ok: false,
    error: { kind: "bad_payment_settings", message: expect.stringContaining(sentence) },
  });
});
