import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createKey, upsertCustomer } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import {
  type LocalChain,
  payerWith,
  payingFetch,
  paymentHeader,
  type ServedChain,
  serveLocalChain,
  signTransfer,
  startLocalChain,
} from "@ratebook/payments/local-chain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

const SYSTEM = { kind: "system", name: "test" } as const;
const SHOP = "0x00000000000000000000000000000000000c0ffe";
const DOOR = "/api/v1/credits/topup";
let chain: LocalChain;
let served: ServedChain;
let ratebook: TestRatebook;

beforeAll(async () => {
  chain = await startLocalChain();
  served = await serveLocalChain(chain);
  ratebook = await startTestRatebook({
    x402: {
      network: "base-sepolia",
      payTo: SHOP,
      asset: chain.asset,
      facilitatorUrl: served.facilitatorUrl,
      facilitatorToken: null,
      rpcUrl: served.rpcUrl,
    },
  });
});
afterAll(async () => {
  if (ratebook !== undefined) await expectBooksBalance(ratebook.database.sql);
  await ratebook?.drop();
  await served?.close();
  await chain?.close();
});

async function keyFor(name: string, on: TestRatebook = ratebook): Promise<string> {
  const customer = await upsertCustomer(on.ctx, SYSTEM, { externalId: name, name });
  if (!customer.ok) throw new Error(JSON.stringify(customer.error));
  const created = await createKey(on.ctx, SYSTEM, {
    kind: "customer",
    name,
    scopes: ["read"],
    customer: customer.value.id,
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value.key;
}

const decode = (header: string | null): unknown => JSON.parse(Buffer.from(header ?? "", "base64").toString());
const post = (path: string, key: string, more: { headers?: Record<string, string>; body?: unknown } = {}) =>
  ratebook.call(path, { method: "POST", key, ...more });

describe("the official client", () => {
  test.each([1, 2] as const)("pays in version %i, within its own limit of a dollar", async (version) => {
    const key = await keyFor(`official ${version}`);
    const payer = await payerWith(chain, 5_000_000n);
    const buy = payingFetch(payer, { version });
    const response = await buy(new URL(DOOR, ratebook.url), {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
    });
    const body: unknown = await response.json();
    const network = version === 1 ? "base-sepolia" : "eip155:84532";
    const payment = {
      network,
      transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      payer: payer.address.toLowerCase(),
    };
    expect(response.status).toBe(200);
    expect(body).toEqual({
      success: true,
      status: "settled",
      creditsAdded: 1,
      newBalance: 1,
      transactionId: expect.any(String),
      paymentSource: "x402",
      network,
      payment: { method: "x402", ...payment },
    });
    const receipt = response.headers.get(version === 1 ? "x-payment-response" : "payment-response");
    expect(decode(receipt)).toEqual({ success: true, ...payment });
    expect(await chain.balanceOf(payer.address)).toBe(4_000_000n);

    const offer = await ratebook.call(DOOR, { key });
    expect(offer.body).toMatchObject({
      success: true,
      balance: 1,
      x402Enabled: true,
      pricing: { rate: 1, minimumPayment: 1, networks: ["eip155:84532", "base-sepolia"] },
    });
    const summary = await ratebook.call("/api/v1/credits/summary", { key });
    expect(summary.body).toMatchObject({ balance: 1, pricing: { x402Enabled: true } });
    const list = await ratebook.call("/api/credits/transactions", { key });
    expect(list.body).toMatchObject({ transactions: [{ type: "credit", amount: 1 }] });
  });

  test("pays more than a dollar only where its owner lets it", async () => {
    const key = await keyFor("generous");
    const payer = await payerWith(chain, 20_000_000n);
    const request = { method: "POST", headers: { authorization: `Bearer ${key}` } };
    const address = new URL("/api/v1/topup/10", ratebook.url);
    await expect(payingFetch(payer, { version: 2 })(address, request)).rejects.toThrow();
    const response = await payingFetch(payer, { version: 2, maxUsd: 10 })(address, request);
    expect(await response.json()).toMatchObject({ success: true, creditsAdded: 10, newBalance: 10 });
    expect(await chain.balanceOf(payer.address)).toBe(10_000_000n);
  });
});

describe("without a payment", () => {
  test("402 carries the terms of both versions under one intent", async () => {
    const key = await keyFor("asks");
    const answer = await post(`${DOOR}?amount=12.5`, key);
    expect(answer.status).toBe(402);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.body).toMatchObject({
      x402Version: 1,
      success: false,
      code: "payment_required",
      error: expect.any(String),
      accepts: [
        {
          scheme: "exact",
          network: "base-sepolia",
          maxAmountRequired: "12500000",
          asset: chain.asset,
          payTo: SHOP,
          resource: new URL(DOOR, ratebook.url).href,
          extra: { name: "USDC", version: "2", intentId: expect.any(String) },
        },
      ],
    });
    const header = decode(answer.headers.get("payment-required"));
    expect(header).toMatchObject({
      x402Version: 2,
      resource: { url: new URL(DOOR, ratebook.url).href },
      accepts: [
        { scheme: "exact", network: "eip155:84532", amount: "12500000", asset: chain.asset, payTo: SHOP },
      ],
    });
    const inBody = await post(DOOR, key, { body: { amount: 12.5 } });
    expect(inBody.body).toMatchObject({ accepts: [{ maxAmountRequired: "12500000" }] });
  });

  test.each([
    ["too little", `${DOOR}?amount=0.99`, undefined],
    ["too much", `${DOOR}?amount=1000.01`, undefined],
    ["a part of a cent", `${DOOR}?amount=1.005`, undefined],
    ["no number", `${DOOR}?amount=NaN`, undefined],
    ["a negative one", DOOR, { amount: -5 }],
    ["two amounts", `${DOOR}?amount=5`, { amount: 6 }],
  ])("400 names the amount where it is %s", async (_what, path, body) => {
    const answer = await post(path, await keyFor("wrong amounts"), { body });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "validation_error", details: { field: "amount" } },
    });
  });

  test("only the three amounts have an address of their own", async () => {
    const key = await keyFor("short addresses");
    for (const dollars of ["10", "50", "100"]) {
      const answer = await post(`/api/v1/topup/${dollars}`, key);
      expect(answer).toMatchObject({
        status: 402,
        body: { accepts: [{ maxAmountRequired: `${dollars}000000` }] },
      });
    }
    expect((await post("/api/v1/topup/11", key)).status).toBe(404);
  });
});

describe("a payment that is not taken", () => {
  test.each([
    ["no key", undefined],
    ["a key nobody knows", `rbk_${"x".repeat(43)}`],
  ])("401 with %s says so, and the money stays", async (_what, key) => {
    const payer = await payerWith(chain, 1_000_000n);
    const signed = await signTransfer(chain, payer, { to: SHOP, version: 1 });
    const answer = await ratebook.call(DOOR, {
      method: "POST",
      headers: { "x-payment": paymentHeader(signed, { network: "base-sepolia" }) },
      ...(key !== undefined && { key }),
    });
    expect(answer).toMatchObject({ status: 401, body: { code: "authentication_required" } });
    expect(answer.body.error).toContain("No payment was taken.");
    expect(await chain.balanceOf(payer.address)).toBe(1_000_000n);
  });

  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
  test.each([
    ["no base64", "{not base64}", "not_base64"],
    ["half of base64", base64({ x402Version: 1 }).slice(0, -3), "not_base64"],
    ["no JSON", Buffer.from("hello there").toString("base64"), "not_json"],
    ["no UTF-8", Buffer.from([0xff, 0xfe, 0xfd]).toString("base64"), "not_json"],
    ["a list", base64([]), "malformed"],
    ["null", base64(null), "malformed"],
    ["no version", base64({ scheme: "exact" }), "malformed"],
    ["version 3", base64({ x402Version: 3 }), "unsupported_version"],
    ["a version in text", base64({ x402Version: "1" }), "malformed"],
    ["nothing but a version", base64({ x402Version: 2 }), "malformed"],
    [
      "a payload of another kind",
      base64({ x402Version: 1, scheme: "exact", network: "base", payload: {} }),
      "malformed",
    ],
    ["9,000 characters", "a".repeat(9_000), "too_large"],
  ])("400 for a header of %s", async (_what, header, reason) => {
    const key = await keyFor("bad headers");
    for (const name of ["x-payment", "payment-signature"]) {
      const answer = await post(DOOR, key, { headers: { [name]: header } });
      expect(answer).toMatchObject({
        status: 400,
        body: { success: false, code: "invalid_payment_header", details: { reason } },
      });
    }
    expect((await ratebook.call(DOOR, { key })).body).toMatchObject({ balance: 0 });
  });

  test("a header no server takes is refused before it is read", async () => {
    const answer = await fetch(new URL(DOOR, ratebook.url), {
      method: "POST",
      headers: { "x-payment": "a".repeat(100_000) },
    });
    expect(answer.status).toBe(431);
  });

  test("402 names what is wrong and offers new terms; a replay of a good one adds nothing", async () => {
    const key = await keyFor("replays");
    const payer = await payerWith(chain, 2_000_000n);
    const low = await signTransfer(chain, payer, { to: SHOP, version: 1, value: 990_000n });
    const v1 = { network: "base-sepolia" };
    const refused = await post(DOOR, key, { headers: { "x-payment": paymentHeader(low, v1) } });
    expect(refused).toMatchObject({
      status: 402,
      body: {
        success: false,
        code: "underpaid",
        x402Version: 1,
        accepts: [{ maxAmountRequired: "1000000" }],
      },
    });
    expect(refused.headers.get("payment-required")).not.toBeNull();
    const good = {
      "x-payment": paymentHeader(await signTransfer(chain, payer, { to: SHOP, version: 1 }), v1),
    };
    const first = await post(DOOR, key, { headers: good });
    expect(first).toMatchObject({ status: 200, body: { status: "settled", newBalance: 1 } });
    const again = await post(DOOR, key, { headers: good });
    expect(again).toMatchObject({ status: 200, body: { ...first.body, status: "replayed" } });
    const stolen = await post(DOOR, await keyFor("thief"), { headers: good });
    expect(stolen).toMatchObject({ status: 409, body: { code: "payment_already_used" } });
  });

  test("strangers find no facilitator here", async () => {
    for (const path of ["/api/v1/x402/settle", "/api/v1/x402/verify"]) {
      const answer = await ratebook.call(path, { method: "POST", body: {} });
      expect(answer).toMatchObject({ status: 404, body: { code: "not_offered" } });
    }
  });
});

test("the operator sees every token payment with its transaction", async () => {
  const [row] = await ratebook.database.sql`
    select count(*)::int as settled, sum(credits_nanos)::int8 as credits from ratebook.x402_settlement
    where state = 'settled' and transaction is not null`;
  const [entry] = await ratebook.database.sql`
    select sum(amount)::int8 as credits from ratebook.entry where contra = 'clearing:x402'`;
  expect(row?.settled).toBeGreaterThanOrEqual(4);
  expect(entry?.credits).toBe(row?.credits);
});

test("an ordinary start sells nothing for tokens", async () => {
  const plain = await startTestRatebook();
  try {
    const key = await keyFor("plain", plain);
    for (const path of [DOOR, "/api/v1/topup/50"]) {
      const answer = await plain.call(path, { method: "POST", key, headers: { "x-payment": "e30=" } });
      expect(answer).toMatchObject({ status: 503, body: { code: "x402_not_configured" } });
    }
    const offer = await plain.call(DOOR, { key });
    expect(offer).toMatchObject({ status: 200, body: { x402Enabled: false, pricing: { networks: [] } } });
    const summary = await plain.call("/api/v1/credits/summary", { key });
    expect(summary.body).toMatchObject({ pricing: { x402Enabled: false } });
  } finally {
    await plain.drop();
  }
});

test("the development chain takes the documented curl line, for credits that count as the sandbox's", async () => {
  const nothing = { payTo: null, asset: null, facilitatorUrl: null, facilitatorToken: null, rpcUrl: null };
  const development = await startTestRatebook({ x402: { network: "development", ...nothing } });
  try {
    const key = await keyFor("developer", development);
    const script = fileURLToPath(import.meta.resolve("@ratebook/payments/local-chain")).replace(
      /index\.ts$/,
      "print-curl.ts",
    );
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [script, development.url, key, "3"]);
    const paid = await run("bash", ["-c", stdout.replace("curl ", "curl -s ")]);
    expect(JSON.parse(paid.stdout)).toMatchObject({ success: true, creditsAdded: 3, newBalance: 3 });
    const entries = await development.database.sql`select contra from ratebook.entry where kind = 'grant'`;
    expect(entries.map(({ contra }) => contra)).toEqual(["clearing:sandbox"]);
    await expectBooksBalance(development.database.sql);
  } finally {
    await development.drop();
  }
});
