import { Agent, request } from "node:http";
import {
  type Actor,
  createCustomer,
  createKey,
  ensurePolicy,
  importDocument,
  type Ledger,
} from "@ratebook/billing";
import { must, nanos, PriceDocument } from "@ratebook/core";
import { composeBilling, createLog, readEnv } from "@ratebook/server";
import { GRANTED, MEANING, newId, PRICES, QUANTITIES } from "./debit-op.ts";
import type { LabDatabase } from "./lab.ts";
import { serverEnv, startRestServer } from "./start-rest-server.ts";

/** A customer with credits and a key, of a server that sells one model. */
export type RestCustomer = {
  /** Of the server. */
  pid: number;
  account: string;
  /** The ledger in this process, on the same database. */
  ledger: Ledger;
  /** Sends JSON with the customer's key; fails unless it is answered with 200. */
  post: (path: string, body: unknown) => Promise<string>;
  close: () => Promise<void>;
};

/** Starts a server and makes the customer, as an operator would. */
export async function openRestCustomer(database: LabDatabase, connections: number): Promise<RestCustomer> {
  const config = readEnv(serverEnv(database));
  if (!config.ok) throw new Error(config.error.join(" "));
  const { ctx, close } = await composeBilling(config.value, {
    log: createLog("silent"),
    publicUrl: "http://127.0.0.1",
    jobs: { enqueue: async () => true, enqueueWithin: async () => {} },
  });
  await ensurePolicy(ctx);
  okOf(await importDocument(ctx, OPERATOR, { document: priceDocument() }));
  const { id: account } = okOf(await createCustomer(ctx, OPERATOR, { name: "Bench" }));
  const credits = {
    account,
    amount: nanos(GRANTED),
    category: "purchased",
    contra: "clearing:sandbox",
  } as const;
  await ctx.ledger.post({ kind: "grant", ...credits, opId: newId(), meaningHash: MEANING, source: "bench" });
  const scopes = ["usage:write"] as const;
  const { key } = okOf(
    await createKey(ctx, OPERATOR, { kind: "customer", customer: account, name: "Bench", scopes }),
  );
  const server = await startRestServer(database);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    pid: server.pid,
    account,
    ledger: ctx.ledger,
    post: (path, body) => postJson(agent, new URL(path, server.url), key, body),
    close: async () => {
      agent.destroy();
      await server.stop();
      await close();
    },
  };
}

/** An event as a program reports it: three pools under a key of its own. */
export const usageEvent = () => ({
  offering: "acme/ridge-2",
  quantities: QUANTITIES,
  idempotencyKey: newId(),
});

function postJson(agent: Agent, url: URL, key: string, body: unknown): Promise<string> {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const said = Buffer.concat(parts).toString("utf8");
        if (answer.statusCode === 200) resolve(said);
        else reject(new Error(`${url.pathname} was answered ${answer.statusCode}: ${said.slice(0, 500)}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

const priceDocument = (): PriceDocument =>
  PriceDocument.parse({
    source: "manual",
    asOf: new Date().toISOString(),
    currency: "USD",
    offerings: [
      {
        provider: "acme",
        model: "ridge-2",
        modality: "language",
        listed: true,
        rates: PRICES.map((price) => ({ ...price, per: 1_000_000 })),
      },
    ],
  });

/** What a verb gave; a bench cannot go on without. */
export function okOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`a bench could not be prepared: ${JSON.stringify(result.error)}`);
  return must(result.value, "a verb that succeeds gives a value");
}

const OPERATOR: Actor = { kind: "system", name: "bench" };
