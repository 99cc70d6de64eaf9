import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@ratebook/api/client";
import { createKey, FAILPOINTS, type Failpoint, upsertCustomer } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import {
  type LocalChain,
  payerWith,
  paymentHeader,
  type ServedChain,
  serveLocalChain,
  signTransfer,
  startLocalChain,
} from "@ratebook/payments/local-chain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ComposedBilling, composeBilling } from "./compose-billing.ts";
import type { ServerConfig } from "./env.ts";
import { createLog } from "./log.ts";
import { type FailingServer, startFailingServer } from "./testing/start-failing-server.ts";

const SHOP = "0x00000000000000000000000000000000000c0ffe";
const WORKER_KEY = `rbk_${"w".repeat(43)}`;
const SYSTEM = { kind: "system", name: "test" } as const;
const HALF_AN_HOUR_MS = 30 * 60_000;

let chain: LocalChain;
let served: ServedChain;
beforeAll(async () => {
  chain = await startLocalChain();
  served = await serveLocalChain(chain);
});
afterAll(async () => {
  await served?.close();
  await chain?.close();
});

/** A customer of one row of the matrix, and what it holds on to while servers die. */
type Buyer = { id: string; key: string; header: string; payer: string };
type Call = (
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<Record<string, unknown>>;

/** A way of taking money, as a client that tries until it sees the credits. */
type Way = {
  name: string;
  points: Failpoint[];
  usd: bigint;
  prepare: (call: Call) => Promise<void>;
  /** One try; repeating it must be harmless. */
  attempt: (call: Call, url: string, buyer: Buyer) => Promise<void>;
  /** Dollars that left the buyer, as the outside world sees it. */
  taken: (database: TestDatabase, buyer: Buyer) => Promise<bigint>;
};

const purchase: Way = {
  name: "purchase",
  points: [
    "purchase.quoted",
    "purchase.started",
    "purchase.page_opened",
    "purchase.page_kept",
    "webhook.kept",
    "webhook.enqueued",
    "settle.read",
    "settle.written",
    "settle.committed",
    "event.done",
  ],
  usd: 20n,
  prepare: async () => {},
  attempt: async (call, url, buyer) => {
    const asked = { "idempotency-key": `crash purchase ${buyer.id}` };
    const opened = await call("/api/v1/credits/checkout", { amount: 20 }, asked);
    if (typeof opened.url !== "string") return;
    // The page's address is the first server's; the next one listens elsewhere.
    const page = new URL(new URL(opened.url).pathname, url);
    const card = new URLSearchParams({ number: "4242424242424242", expiry: "12/40", cvc: "123" });
    await fetch(page, {
      method: "POST",
      body: card,
      redirect: "manual",
      headers: { origin: new URL(url).origin },
    });
  },
  taken: (database, buyer) => takenBySimulator(database, buyer),
};

const refill: Way = {
  name: "auto top-up",
  points: [
    "refill.decided",
    "refill.charged",
    "refill.delivered",
    "settle.read",
    "settle.written",
    "settle.committed",
  ],
  usd: 20n,
  prepare: async (call) => {
    await call("/api/payment-methods/attach", { paymentMethodId: "pm_card_visa" });
    await call("/api/auto-top-up/settings", { enabled: true, threshold: 10, amount: 20 });
  },
  attempt: async (call) => {
    await call("/api/auto-top-up/trigger", {});
  },
  taken: (database, buyer) => takenBySimulator(database, buyer),
};

const tokens: Way = {
  name: "x402",
  points: ["x402.claimed", "x402.begun", "x402.sent", "x402.found", "x402.written", "x402.credited"],
  usd: 5n,
  prepare: async () => {},
  attempt: async (call, _url, buyer) => {
    await call("/api/v1/credits/topup?amount=5", undefined, { "x-payment": buyer.header });
  },
  taken: async (_database, buyer) => (20_000_000n - (await chain.balanceOf(buyer.payer))) / 1_000_000n,
};

/** What the simulator has taken from a customer, by its own objects. */
async function takenBySimulator({ sql }: TestDatabase, { id }: Buyer): Promise<bigint> {
  const [row] = await sql<{ cents: bigint }[]>`
    select coalesce(sum((data -> 'object' ->> 'amount_received')::int8), 0)::int8 as cents from ratebook.sandbox_object
    where kind = 'payment_intent' and data -> 'object' -> 'metadata' ->> 'order_id' in (
      select o.id::text from ratebook.payment_order o where o.customer_id = ${id})`;
  return (row?.cents ?? 0n) / 100n;
}

type Row = {
  way: string;
  failpoint: Failpoint;
  leftBehind: string;
  end: string;
  taken: bigint;
  credited: bigint;
};

test("killed at any commit boundary of a purchase, a refill or a token payment, another server brings it to its end: money and credits agree", {
  timeout: 900_000,
}, async () => {
  const ways = await Promise.allSettled([purchase, refill, tokens].map(crashThrough));
  const rows = ways.flatMap((way) => {
    if (way.status === "rejected") throw way.reason;
    return way.value;
  });
  console.log(matrixOf(rows));
  for (const { way, failpoint, ...row } of rows) {
    const { usd } = must(
      [purchase, refill, tokens].find(({ name }) => name === way),
      "it is one of three",
    );
    expect(row, `${way} at ${failpoint}`).toMatchObject({ end: "settled", taken: usd, credited: usd });
  }
  expect(new Set(rows.map(({ failpoint }) => failpoint))).toEqual(new Set(FAILPOINTS));
});

/** Kills a server at each of a way's failpoints; the server that follows mends it, and dies at the next. */
async function crashThrough(way: Way): Promise<Row[]> {
  const database = await testDatabase();
  const config = configOf(database);
  const setup = await composeBilling(config, {
    log: createLog("silent"),
    publicUrl: "http://127.0.0.1",
    jobs: { enqueue: async () => true, enqueueWithin: async () => {} },
  });
  const rows: Row[] = [];
  let server = await startFailingServer(config, 0);
  try {
    for (const [index, failpoint] of way.points.entries()) {
      const buyer = await newBuyer(setup, `${way.name} ${failpoint}`);
      await way.prepare(callerOf(server, buyer));
      await server.arm(failpoint);
      await untilKilled(server, way, buyer);
      const leftBehind = await stateOf(database, buyer);
      // What waits for its time has waited long enough for the next server.
      server = await startFailingServer(config, (index + 1) * HALF_AN_HOUR_MS);
      await untilCredited(server, way, buyer, database);
      rows.push({
        way: way.name,
        failpoint,
        leftBehind,
        end: await stateOf(database, buyer),
        taken: await way.taken(database, buyer),
        credited: await balanceOf(database, buyer),
      });
    }
    await expectBooksBalance(database.sql);
    return rows;
  } finally {
    await server.stop();
    await setup.close();
    await database.drop();
  }
}

const configOf = (database: TestDatabase): ServerConfig => ({
  databaseUrl: database.url,
  databaseOwnerUrl: database.ownerUrl,
  databaseDirectUrl: null,
  databasePoolMax: 4,
  databasePrepare: true,
  host: "127.0.0.1",
  port: 0,
  publicUrl: null,
  secret: "a secret of tests that is long enough",
  trustedProxies: [],
  allowedOrigins: [],
  metricsToken: null,
  workerKey: WORKER_KEY,
  logLevel: "silent",
  limits: {},
  payments: { stripeSecretKey: null, stripeWebhookSecret: null, sandbox: true, embeddedDatabase: false },
  x402: {
    network: "base-sepolia",
    payTo: SHOP,
    asset: chain.asset,
    facilitatorUrl: served.facilitatorUrl,
    facilitatorToken: null,
    rpcUrl: served.rpcUrl,
  },
});

async function newBuyer({ ctx }: ComposedBilling, name: string): Promise<Buyer> {
  const customer = await upsertCustomer(ctx, SYSTEM, { externalId: name, name });
  if (!customer.ok) throw new Error(customer.error.message);
  const { id } = customer.value;
  const created = await createKey(ctx, SYSTEM, { kind: "customer", name, scopes: ["read"], customer: id });
  if (!created.ok) throw new Error(created.error.kind);
  const payer = await payerWith(chain, 20_000_000n);
  // The servers' clocks run ahead of the chain's.
  const validBefore = BigInt(Math.trunc(Date.now() / 1000)) + 86_400n;
  const signed = await signTransfer(chain, payer, { to: SHOP, version: 1, value: 5_000_000n, validBefore });
  const header = paymentHeader(signed, { network: "base-sepolia" });
  return { id, key: created.value.key, header, payer: payer.address };
}

const callerOf =
  (server: FailingServer, { key }: Buyer): Call =>
  async (path, body, headers = {}) => {
    const reads = body === undefined && headers["x-payment"] === undefined;
    const response = await fetch(new URL(path, server.url), {
      method: reads ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: Record<string, unknown> = await response.json();
    return answer;
  };

/** Tries, and waits for what the server does afterwards, until it is dead. */
async function untilKilled(server: FailingServer, way: Way, buyer: Buyer): Promise<void> {
  // A connection that breaks is what this is about.
  await way.attempt(callerOf(server, buyer), server.url, buyer).catch(() => undefined);
  const killed = await Promise.race([server.killed, delay(PATIENCE_MS, false, { ref: false })]);
  if (!killed) throw new Error("the failpoint was never passed");
}

/** Does what clients and the clock do, until the credits are there and nothing is left to be done. */
async function untilCredited(
  server: FailingServer,
  way: Way,
  buyer: Buyer,
  database: TestDatabase,
): Promise<void> {
  const clock = createClient({ url: server.url, apiKey: WORKER_KEY });
  const until = Date.now() + PATIENCE_MS;
  for (let slot = Date.now(); Date.now() < until; slot += 1_000) {
    await way.attempt(callerOf(server, buyer), server.url, buyer);
    await clock.ops.tick.mutate({ name: "sweep-payments", slot: new Date(slot) });
    await delay(250);
    if ((await balanceOf(database, buyer)) === way.usd && (await leftOpen(database)) === 0) return;
  }
}

async function leftOpen({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    select (select count(*) from ratebook.payment_event where handled_at is null)::int
      + (select count(*) from ratebook.auto_top_up_attempt where state = 'under_way')::int as open`;
  return row?.open ?? 0;
}

/** The states of everything that the buyer ever started. */
async function stateOf({ sql }: TestDatabase, { id }: Buyer): Promise<string> {
  const rows = await sql<{ state: string }[]>`
    select state from ratebook.payment_order where customer_id = ${id}
    union all select state from ratebook.x402_settlement where customer_id = ${id}`;
  return rows.map(({ state }) => state).join(", ") || "nothing";
}

async function balanceOf({ sql }: TestDatabase, { id }: Buyer): Promise<bigint> {
  const [row] = await sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${id}`;
  return (row?.balance ?? 0n) / 1_000_000_000n;
}

function matrixOf(rows: readonly Row[]): string {
  const line = (...cells: string[]) =>
    `${cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join(" ")}`.trimEnd();
  const head = line("killed while taking money by", "at", "it left", "it ended", "taken", "credited");
  return [
    head,
    ...rows.map(({ way, failpoint, leftBehind, end, taken, credited }) =>
      line(way, failpoint, leftBehind, end, `$${taken}`, `$${credited}`),
    ),
  ].join("\n");
}

const PATIENCE_MS = 60_000;
const WIDTHS = [29, 22, 18, 10, 6, 8];
