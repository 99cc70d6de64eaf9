import type { Ctx } from "@ratebook/billing";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { Sessions } from "../sessions.ts";
import { allRoutes } from "./all-routes.ts";
import { clientAddress } from "./client-address.ts";
import { createDoorkeeper, type RestEnv } from "./doorkeeper.ts";
import { describeError, errorAnswer } from "./errors.ts";
import type { ResolveActor } from "./identity.ts";
import { limitBody } from "./limit-body.ts";
import type { Metrics } from "./metrics.ts";
import { mountRoutes } from "./mount.ts";
import { notOffered } from "./not-offered.ts";
import { answerPortalBegin, answerPortalEnd, PORTAL_BEGIN_PATH, PORTAL_END_PATH } from "./portal-door.ts";
import { createRateLimiter, DEFAULT_RATE_LIMITS, type RateLimits } from "./rate-limit.ts";
import type { Route } from "./route.ts";
import { openapiRoute } from "./routes/openapi.ts";
import { sendError } from "./send.ts";
import { answerTrpc } from "./trpc-door.ts";
import { answerWebhook, WEBHOOK_PATH } from "./webhook-door.ts";

export type RestAppOptions = {
  billing: Ctx;
  resolveActor: ResolveActor;
  sessions?: Sessions;
  /** The documented ones where absent. */
  routes?: readonly Route[];
  limits?: Partial<RateLimits>;
  /** Proxies whose `X-Forwarded-For` is believed: addresses, CIDR ranges, `loopback`. */
  trustedProxies?: readonly string[];
  /** Origins, besides that of `billing.publicUrl`, whose pages may use a session to change something. */
  allowedOrigins?: readonly string[];
  /** Answers `/api/auth/*`; told the address the request came from, as far as trusted proxies tell it. */
  auth?: (request: Request, clientAddress: string) => Promise<Response>;
  /** Answers what is neither an API nor an operator's address: the admin's files. */
  pages?: (request: Request) => Promise<Response>;
  /** Adds doors of the server's own, such as the pages of the payment sandbox. */
  mount?: (app: Hono<RestEnv>) => void;
  metrics?: Metrics;
  /** Answers `/metrics`, or hides it. */
  metricsDoor?: (request: Request, env: RestEnv["Bindings"]) => Promise<Response>;
};

/**
 * Makes the web application with every door: REST under `/api`, tRPC under `/trpc`, sign-in, and the admin's pages.
 * It decides nothing about money or prices.
 */
export function createRestApp(options: RestAppOptions): Hono<RestEnv> {
  const { billing, metrics, auth, pages } = options;
  const publicUrl = new URL(billing.publicUrl);
  const doorkeeper = createDoorkeeper({
    inside: { billing, ...(options.sessions && { sessions: options.sessions }) },
    resolveActor: options.resolveActor,
    limiter: createRateLimiter({ ...DEFAULT_RATE_LIMITS, ...options.limits }),
    addressOf: clientAddress(options.trustedProxies ?? []),
    allowedOrigins: [publicUrl.origin, ...(options.allowedOrigins ?? [])],
  });
  const app = new Hono<RestEnv>();

  app.use(async (c, next) => {
    const started = performance.now();
    const requestId = plausibleId(c.req.header("x-request-id")) ?? billing.newId();
    c.set("requestId", requestId);
    c.set("route", "other");
    await next();
    c.res.headers.set("x-request-id", requestId);
    for (const [name, value] of Object.entries(c.get("limitHeaders") ?? {})) c.res.headers.set(name, value);
    const { method } = c.req;
    const route = c.get("route");
    const seconds = (performance.now() - started) / 1000;
    metrics?.observeRequest(method, route, c.res.status, seconds);
    if (!QUIET.has(route)) {
      const fields = { requestId, method, route, status: c.res.status, ms: Math.round(seconds * 1000) };
      billing.log.info(fields, "answered");
    }
  });
  app.use(secureHeaders(securityHeaders(publicUrl.protocol === "https:")));
  app.use("/api/*", (c, next) => (c.req.path.startsWith("/api/auth/") ? next() : openToKeys(c, next)));

  const routes = options.routes ?? allRoutes;
  mountRoutes(app, [...routes, openapiRoute(routes, publicUrl.origin)], doorkeeper);
  app.post(WEBHOOK_PATH, (c) => answerWebhook(c, billing));
  app.post(PORTAL_BEGIN_PATH, (c) => answerPortalBegin(c, billing, doorkeeper));
  app.post(PORTAL_END_PATH, (c) => answerPortalEnd(c, billing, doorkeeper));
  options.mount?.(app);
  app.all("/trpc/*", (c) => answerTrpc(c, doorkeeper));
  const { metricsDoor } = options;
  if (metricsDoor !== undefined) {
    app.get("/metrics", (c) => {
      c.set("route", "/metrics");
      return metricsDoor(c.req.raw, c.env);
    });
  }
  if (auth !== undefined) {
    app.use("/api/auth/*", limitBody(SIGN_IN_BODY_BYTES));
    app.all("/api/auth/*", async (c) => {
      c.set("route", "/api/auth");
      const admitted =
        c.req.method === "POST" ? await doorkeeper.admitSignIn(c) : await doorkeeper.admitAnyone(c);
      return admitted.ok ? auth(c.req.raw, doorkeeper.addressOf(c)) : sendError(admitted.error);
    });
  }

  app.notFound((c) => {
    const { path } = c.req;
    const isApi =
      path === "/api" || path.startsWith("/api/") || path.startsWith("/trpc") || path === "/metrics";
    if (!isApi && pages !== undefined) return pages(c.req.raw);
    const elsewhere = notOffered(path);
    if (elsewhere !== null) return sendError(elsewhere);
    return sendError(errorAnswer(404, "resource_not_found", "Nothing is served at this address."));
  });
  app.onError((error, c) => {
    const answer = describeError(error);
    if (answer.unexpected) {
      billing.log.error(
        { err: error, requestId: c.get("requestId"), route: c.get("route") },
        "a request failed",
      );
    }
    return sendError(answer, c.get("writeFailure"));
  });
  return app;
}

const SIGN_IN_BODY_BYTES = 65_536;

/** What asks every few seconds would drown everything else in the log. */
const QUIET = new Set(["/health", "/ready", "/metrics", "other"]);

/** Keys are shown on purpose, so any page may use them; a cookie is never accepted from another origin. */
const openToKeys = cors({
  origin: "*",
  allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "PAYMENT-SIGNATURE",
    "X-API-Key",
    "X-Customer",
    "X-PAYMENT",
    "X-Ratebook-Shadow",
    "X-Request-Id",
  ],
  exposeHeaders: [
    "PAYMENT-REQUIRED",
    "PAYMENT-RESPONSE",
    "Retry-After",
    "X-PAYMENT-RESPONSE",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-RateLimit-Policy",
    "X-Request-Id",
  ],
  maxAge: 600,
});

const securityHeaders = (https: boolean): Parameters<typeof secureHeaders>[0] => ({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    // The component library sets style attributes; no script can come in that way.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  strictTransportSecurity: https,
});

const plausibleId = (id: string | undefined): string | undefined =>
  id !== undefined && /^[\w.:-]{8,128}$/.test(id) ? id : undefined;
