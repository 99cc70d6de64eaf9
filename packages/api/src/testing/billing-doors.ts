import { type Ctx, createKey, createKeyRing, opId, type Scope } from "@ratebook/billing";
import { dollars, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { createRestApp } from "../rest/app.ts";
import { keyOf } from "../rest/identity.ts";
import { type Caller, createCaller } from "../root.ts";
import { expectDocumented } from "./documented-answer.ts";
import { serveApp } from "./serve-app.ts";

/** An answer as a client reads it. `text` is the body before it was parsed. */
export type Answer = { status: number; body: Record<string, unknown>; text: string; headers: Headers };

/** Every door over real HTTP, real keys, a real ledger and catalogue. */
export type BillingDoors = UsageFixture & {
  database: TestDatabase;
  url: string;
  /** A customer's key, for a customer made by `customer`. */
  keyFor: (customerId: string, scopes?: readonly Scope[]) => Promise<string>;
  serviceKey: (scopes?: readonly Scope[]) => Promise<string>;
  /** A new customer with purchased credits, and its key. */
  payer: (externalId: string, usd?: string) => Promise<{ id: string; apiKey: string }>;
  /** The typed procedures in process, as the operator. */
  asOperator: Caller;
  /** Gives a debit back, as an operator's correction does. */
  giveBack: (customerId: string, opId: string, usd: string) => Promise<void>;
  /** Sends a request; an answer whose status the OpenAPI document does not name throws. */
  send: (
    method: string,
    path: string,
    options?: { key?: string; body?: unknown; headers?: Record<string, string> },
  ) => Promise<Answer>;
  close: () => Promise<void>;
};

/**
 * Opens the doors; `close` ends them and drops the database.
 *
 * @param equip adds ports to the context that the doors serve, such as a payment rail
 */
export async function billingDoors(
  equip: (fixture: UsageFixture, database: TestDatabase) => Ctx = ({ ctx }) => ctx,
): Promise<BillingDoors> {
  const database = await testDatabase();
  const fixture = await usageFixture(database);
  const ctx = equip(fixture, database);
  const ring = createKeyRing(ctx);
  const app = createRestApp({
    billing: ctx,
    resolveActor: async (headers) => {
      const text = keyOf(headers);
      if (text === null) return { actor: null, via: "none" };
      const actor = await ring.authenticate(text);
      return { actor, via: actor === null ? "refused" : "key" };
    },
    limits: { key: 1_000_000, address: 1_000_000 },
  });
  const served = await serveApp(app);
  const makeKey = async (input: Parameters<typeof createKey>[2]) => {
    const made = await createKey(ctx, OPERATOR, input);
    if (!made.ok) throw new Error(made.error.kind);
    return made.value.key;
  };
  const keyFor: BillingDoors["keyFor"] = (customer, scopes = ["read", "usage:write"]) =>
    makeKey({ kind: "customer", customer, name: "test", scopes });
  return {
    ...fixture,
    ctx,
    database,
    url: served.url,
    keyFor,
    serviceKey: (scopes = ["usage:any", "customers:write"]) =>
      makeKey({ kind: "service", name: "gateway", scopes }),
    payer: async (externalId, usd) => {
      const { id } = await fixture.customer(externalId, usd);
      return { id, apiKey: await keyFor(id) };
    },
    asOperator: createCaller({ billing: ctx, actor: OPERATOR, requestId: "test" }),
    giveBack: async (account, ref, usd) => {
      const outcome = await ctx.ledger.post({
        kind: "grant",
        account,
        opId: opId("test-correction", ref),
        meaningHash: "0".repeat(64),
        amount: dollars(usd),
        category: "promotional",
        contra: "promo",
        source: "correction",
        ref,
      });
      if (outcome.kind !== "done") throw new Error(`nothing was given back: ${outcome.kind}`);
    },
    send: async (method, path, { key, body, headers = {} } = {}) => {
      const response = await fetch(new URL(path, served.url), {
        method,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      expectDocumented(method, path, response.status);
      const text = await response.text();
      const parsed: unknown = JSON.parse(text);
      return { status: response.status, body: asObject(parsed), text, headers: response.headers };
    },
    close: async () => {
      await served.close();
      await ring.close();
      await fixture.close();
      await database.drop();
    },
  };
}

/** Every answer of these doors is a JSON object. */
const asObject = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;
