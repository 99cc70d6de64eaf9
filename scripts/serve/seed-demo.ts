import { createHash, randomBytes } from "node:crypto";
import { type Auth, createPerson, ensureOrganization, setPassword } from "../../apps/server/src/index.ts";
import {
  attachCard,
  type Ctx,
  createKey,
  listCards,
  opId,
  type Scope,
} from "../../packages/billing/src/index.ts";
import { NANOS_PER_USD, nanos } from "../../packages/core/src/index.ts";

/** How to use the installation a first start made; written to credentials.json. */
export type DemoCredentials = {
  apiKey: string;
  serviceKey: string;
  organizationId: string;
  operator: { email: string; password: string };
  customer: { email: string; password: string };
};

/**
 * Makes an operator, a customer with credits, and keys for both kinds of program. Safe to repeat after a start that was
 * killed half-way: people get new passwords, programs get new keys, credits are granted once.
 */
export async function seedDemo(ctx: Ctx, auth: Auth): Promise<DemoCredentials> {
  const operator = await person(ctx, auth, "operator@ratebook.example", "Olivia Operator", "operator");
  const customer = await person(ctx, auth, "customer@ratebook.example", "Casey Customer", "user");
  const organizationId = await ensureOrganization(ctx, customer.id);
  if (organizationId === null) throw new Error("the demo customer is no operator, so it has an organization");
  await grantWelcome(ctx, organizationId);
  await saveDemoCard(ctx, organizationId);
  return {
    apiKey: await key(ctx, "Demo API key", "customer", ["read", "usage:write"], organizationId),
    serviceKey: await key(ctx, "Demo service key", "service", [
      "read",
      "usage:write",
      "usage:backfill",
      "usage:any",
      "customers:write",
    ]),
    organizationId,
    operator: { email: operator.email, password: operator.password },
    customer: { email: customer.email, password: customer.password },
  };
}

/** A key for the worker: it may submit prices and tick the clock, and nothing else. */
export const createWorkerKey = (ctx: Ctx): Promise<string> =>
  key(ctx, "Worker", "worker", ["catalog:submit", "clock:tick"]);

async function person(ctx: Ctx, auth: Auth, email: string, name: string, role: "operator" | "user") {
  const tools = { auth, db: ctx.db };
  const password = randomBytes(12).toString("base64url");
  const created = await createPerson(tools, { email, name, role, password });
  return created.ok ? created.value : setPassword(tools, { email, password });
}

async function key(
  ctx: Ctx,
  name: string,
  kind: "customer" | "service" | "worker",
  scopes: Scope[],
  customer?: string,
): Promise<string> {
  const created = await createKey(ctx, SYSTEM, { kind, name, scopes, customer });
  if (!created.ok) throw new Error(`the demo's ${kind} key was refused: ${JSON.stringify(created.error)}`);
  return created.value.key;
}

/** A card of the payment sandbox, so that auto top-up can be tried; none where real cards are taken. */
async function saveDemoCard(ctx: Ctx, customer: string): Promise<void> {
  if (ctx.rail?.name !== "sandbox") return;
  const cards = await listCards(ctx, SYSTEM, { customer });
  if (cards.ok && cards.value.length > 0) return;
  const saved = await attachCard(ctx, SYSTEM, { customer, paymentMethodId: "pm_card_visa" });
  if (!saved.ok) throw new Error(`the demo's card was refused: ${JSON.stringify(saved.error)}`);
}

async function grantWelcome(ctx: Ctx, account: string): Promise<void> {
  const posted = await ctx.ledger.post({
    kind: "grant",
    account,
    opId: opId("demo", "welcome"),
    meaningHash: createHash("sha256").update("welcome").digest("hex"),
    amount: nanos(WELCOME_USD * NANOS_PER_USD),
    category: "promotional",
    contra: "promo",
    source: "Welcome credits of the demo",
  });
  if (posted.kind !== "done" && posted.kind !== "replayed") {
    throw new Error(`the demo's credits were refused: ${posted.kind}`);
  }
}

const SYSTEM = { kind: "system", name: "first start" } as const;
const WELCOME_USD = 100n;
