import type { SandboxStore } from "@ratebook/billing";
import { Hono } from "hono";
import { parse } from "qs";
import { z } from "zod";
import { type Answer, invalid, refuse } from "./answer.ts";
import { type Book, newId, openBook } from "./book.ts";
import { expandPaths } from "./expand.ts";
import type { Route } from "./route.ts";
import { checkoutRoutes } from "./routes/checkout-sessions.ts";
import { customerRoutes } from "./routes/customers.ts";
import { moneyBackRoutes } from "./routes/money-back.ts";
import { paymentIntentRoutes } from "./routes/payment-intents.ts";
import { paymentMethodRoutes } from "./routes/payment-methods.ts";
import { recordRoutes } from "./routes/records.ts";
import { subscriptionRoutes } from "./routes/subscriptions.ts";

export type ApiOptions = {
  store: SandboxStore;
  clock: () => Date;
  secretKey: string;
  pageUrl: string;
  /** Called after something may have to be delivered. */
  onWritten: () => void;
};

/** The part of Stripe's API that the SDK calls here: form-encoded requests, Stripe's own JSON back. */
export function createApi(options: ApiOptions): Hono {
  const app = new Hono();
  app.use("*", async (c, next) => {
    if (c.req.header("authorization") === `Bearer ${options.secretKey}`) return await next();
    const message = "Invalid API Key provided.";
    return c.json({ error: { type: "invalid_request_error", message } }, 401);
  });
  for (const route of ROUTES) {
    app.on(route.method, route.path, async (c) => {
      const text = route.method === "GET" ? new URL(c.req.url).search.slice(1) : await c.req.text();
      const call: Call = {
        route,
        path: c.req.path,
        id: c.req.param("id") ?? "",
        form: text,
        key: route.method === "POST" ? (c.req.header("idempotency-key") ?? null) : null,
      };
      const { status, body, replayed } = await perform(options, call);
      if (route.method !== "GET") options.onWritten();
      const headers = new Headers({ "content-type": "application/json", "request-id": newId("req") });
      if (replayed) headers.set("idempotent-replayed", "true");
      return new Response(JSON.stringify(body), { status, headers });
    });
  }
  app.notFound((c) => {
    const message = `Unrecognized request URL (${c.req.method}: ${c.req.path}).`;
    return c.json({ error: { type: "invalid_request_error", message } }, 404);
  });
  return app;
}

const ROUTES: readonly Route[] = [
  ...customerRoutes,
  ...checkoutRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...moneyBackRoutes,
  ...recordRoutes,
  ...subscriptionRoutes,
];

type Call = { route: Route; path: string; id: string; form: string; key: string | null };

async function perform(options: ApiOptions, call: Call): Promise<Answer & { replayed: boolean }> {
  return await options.store.transaction(async (tx) => {
    const book = openBook(tx, options.clock(), call.key);
    const fresh = async () => ({ ...(await handle(book, options, call)), replayed: false });
    if (call.key === null) return await fresh();

    const fingerprint = `${call.path}?${canonical(call.form)}`;
    const earlier = await book.answered(call.key);
    if (earlier && book.now.getTime() - earlier.answeredAt < KEYS_LAST_MS) {
      if (earlier.fingerprint === fingerprint) return { ...earlier.answer, replayed: true };
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${call.key}' if you meant to execute a different request.`;
      return { ...refuse(400, { type: "idempotency_error", message }), replayed: false };
    }
    const done = await fresh();
    // As at Stripe, a request that was refused before it did anything may be repaired under the same key.
    if (done.status === 200 || done.status === 402) {
      const { status, body } = done;
      const answeredAt = book.now.getTime();
      await book.keepAnswer(call.key, { fingerprint, answeredAt, answer: { status, body } });
    }
    return done;
  });
}

/** Stripe forgets keys after 24 hours at the earliest; https://docs.stripe.com/api/idempotent_requests, read 2026-11-22. */
const KEYS_LAST_MS = 24 * 3_600_000;

async function handle(book: Book, { pageUrl }: ApiOptions, { route, id, form }: Call): Promise<Answer> {
  const parsed = route.params.safeParse(parse(form, { depth: 10, arrayLimit: 200, plainObjects: false }));
  if (!parsed.success) return badParameter(parsed.error);
  const done = await route.handle(book, parsed.data, { id, pageUrl });
  const paths = expansions(parsed.data);
  if (done.status !== 200 || paths.length === 0) return done;
  // The answer may share objects with what was written: expand a copy.
  const body: unknown = structuredClone(done.body);
  const wrong = await expandPaths(book, body, paths);
  return wrong === null
    ? { status: 200, body }
    : invalid(`This property cannot be expanded (${wrong}).`, "expand");
}

function expansions(params: unknown): string[] {
  const read = z.object({ expand: z.array(z.string()).optional() }).safeParse(params);
  return read.data?.expand ?? [];
}

function badParameter(error: z.ZodError): Answer {
  const [issue] = error.issues;
  if (!issue) return invalid("Invalid request.");
  if (issue.code === "unrecognized_keys") {
    const param = bracketed([...issue.path, issue.keys[0] ?? ""]);
    return invalid(`Received unknown parameter: ${param}`, param, "parameter_unknown");
  }
  const param = bracketed(issue.path);
  if (issue.code === "invalid_type" && issue.message.includes("received undefined")) {
    return invalid(`Missing required param: ${param}.`, param, "parameter_missing");
  }
  return invalid(issue.message, param);
}

/** `["line_items", 0, "quantity"]` as Stripe spells it: `line_items[0][quantity]`. */
const bracketed = ([first, ...rest]: readonly PropertyKey[]): string =>
  `${String(first ?? "")}${rest.map((part) => `[${String(part)}]`).join("")}`;

/** The same parameters in another order are the same request. */
const canonical = (form: string): string => form.split("&").sort().join("&");
