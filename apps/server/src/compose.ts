import { createMetrics, createRestApp } from "@ratebook/api";
import { adoptWorkerKey, type Ctx, createKeyRing, type Failpoint, type Jobs } from "@ratebook/billing";
import { must } from "@ratebook/core";
import type { Logger } from "pino";
import { type Auth, createAuth, fromAddress } from "./auth/create-auth.ts";
import { createResolveActor } from "./auth/resolve-actor.ts";
import { createSessions } from "./auth/sessions.ts";
import { composeBilling, deriveSecret } from "./compose-billing.ts";
import { composePayments, SANDBOX_PATH } from "./compose-payments.ts";
import { composeX402 } from "./compose-x402.ts";
import type { ServerConfig } from "./env.ts";
import { type Fetch, type Listener, listen } from "./http/listen.ts";
import { createMetricsDoor } from "./http/metrics-door.ts";
import { createPages } from "./http/pages.ts";
import { createHandlers } from "./jobs/handlers.ts";
import { type JobRunner, startJobRunner } from "./jobs/job-runner.ts";
import { startOutboxRelay } from "./jobs/outbox-relay.ts";
import { createLog } from "./log.ts";
import { createSmtpTransport } from "./mail/create-smtp-transport.ts";
import { registerMetrics } from "./metrics.ts";
import { createWebhookTransport } from "./webhooks/create-webhook-transport.ts";

/** A server that answers. */
export type RunningServer = {
  url: string;
  port: number;
  ctx: Ctx;
  auth: Auth;
  /** Stops accepting, finishes what was accepted, then lets go of the database. */
  close: () => Promise<void>;
};

export type ServerOptions = {
  /** The admin's built files. */
  pagesFolder: string;
  log?: Logger;
  /** Another clock than this machine's; for tests of what time brings. */
  clock?: () => Date;
  /** Called at each failpoint; for tests that end the process there. No setting of the environment reaches it. */
  failpoint?: (name: Failpoint) => void;
};

/**
 * Starts everything the server is made of, in order: migrations, pools, ledger, catalogue, jobs, doors.
 *
 * @throws StartError with a sentence for the operator where the database or the port cannot be had
 */
export async function startServer(config: ServerConfig, options: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel);
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // In the reverse order of the start; a second call finds nothing left to do.
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return await start(config, options, log, undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  config: ServerConfig,
  { pagesFolder, clock, failpoint }: ServerOptions,
  log: Logger,
  undo: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  // The port comes first: it decides the address in links, and a taken one should not cost a migration.
  let answer: Fetch | null = null;
  const listener: Listener = await listen((request, env) => answer?.(request, env) ?? starting(), config);
  undo.push(() => listener.close(0));
  const url =
    config.publicUrl ?? `http://${config.host === "0.0.0.0" ? "127.0.0.1" : config.host}:${listener.port}`;

  let runner: JobRunner | null = null;
  // Jobs need the use cases and the use cases enqueue jobs; by the time either runs, both are there.
  const jobs: Jobs = {
    enqueue: (...job) => started(runner).jobs.enqueue(...job),
    enqueueWithin: (...job) => started(runner).jobs.enqueueWithin(...job),
  };
  const billing = await composeBilling(config, { log, publicUrl: url, jobs, ...(clock && { clock }) });
  undo.push(billing.close);
  const watched: Ctx = { ...billing.ctx, ...(failpoint && { failpoint }) };
  const localUrl = `http://${config.host === "0.0.0.0" ? "127.0.0.1" : config.host}:${listener.port}`;
  const tokens = await composeX402(config, watched);
  undo.push(tokens.close);
  const { ctx: paid, sandbox } = await composePayments(config, tokens.ctx, { url, localUrl });
  const ctx: Ctx = {
    ...paid,
    returnOrigins: config.allowedOrigins,
    webhookLoopback: config.webhookLoopback ?? false,
    onRefused: refusalWatch(paid),
  };

  if (config.workerKey !== null) await adoptWorkerKey(ctx, config.workerKey);
  const metrics = createMetrics();
  const figures = registerMetrics(metrics, ctx);
  const databaseUrl = config.databaseDirectUrl ?? config.databaseUrl;
  const mailTransport =
    config.mail === undefined
      ? null
      : createSmtpTransport({ url: config.mail.smtpUrl, from: config.mail.from });
  undo.push(async () => mailTransport?.close());
  const queue = await startJobRunner(
    databaseUrl,
    createHandlers(ctx, {
      databaseUrl,
      mailTransport,
      webhookTransport: createWebhookTransport({ allowLoopback: ctx.webhookLoopback ?? false }),
      onBooksVerified: figures.booksVerified,
    }),
    log,
  );
  runner = queue;
  undo.push(queue.stop);
  const relay = startOutboxRelay({
    db: ctx.db,
    log,
    deliver: (tx, { id, kind, accountId, payload }) =>
      queue.jobs.enqueueWithin(tx, "ledger-event", id, { kind, accountId, payload }),
  });
  undo.push(relay.stop);
  const allowedOrigins = [...config.allowedOrigins, ...otherNames(url)];
  const auth = createAuth({
    billing: ctx,
    secret: Buffer.from(deriveSecret(config.secret, "sessions")).toString("base64url"),
    allowedOrigins,
  });
  const keyRing = createKeyRing(ctx);
  undo.push(keyRing.close);
  const app = createRestApp({
    billing: ctx,
    resolveActor: createResolveActor({ auth, billing: ctx, keyRing }),
    sessions: createSessions(ctx),
    limits: config.limits,
    trustedProxies: config.trustedProxies,
    allowedOrigins,
    auth: (request, clientAddress) => auth.handler(fromAddress(request, clientAddress)),
    pages: await createPages(pagesFolder),
    ...(sandbox && { mount: (doors) => doors.route(SANDBOX_PATH, sandbox.pages) }),
    metrics,
    metricsDoor: createMetricsDoor(metrics, config.metricsToken),
  });
  answer = (request, env) => app.fetch(request, env);
  // Closed first: what was accepted is finished while everything behind it still runs.
  undo.push(() => listener.close(CLOSE_GRACE_MS));
  if (sandbox !== null) {
    // Its webhooks come in by the doors, so they start when those are open.
    sandbox.start();
    undo.push(sandbox.stop);
  }
  log.info({ url }, "the server is listening");
  return { url, port: listener.port, ctx, auth, close };
}

const started = (runner: JobRunner | null): JobRunner =>
  must(runner, "the job queue starts before the doors open");

/**
 * Has wallets looked at whose requests are refused, at most every ten seconds each: a refill that no crossing started is
 * missed by the very customer who waits for it.
 */
function refusalWatch(ctx: Ctx): (customerId: string) => void {
  const lookedAt = new Map<string, number>();
  return (customerId) => {
    const now = ctx.clock().getTime();
    if (ctx.rail === undefined || now - (lookedAt.get(customerId) ?? 0) < LOOK_AGAIN_MS) return;
    // A bound, not a memory: looking once more is harmless.
    if (lookedAt.size >= 10_000) lookedAt.clear();
    lookedAt.set(customerId, now);
    ctx.jobs.enqueue("auto-top-up", ctx.newId(), { customerId }).catch((error: unknown) => {
      ctx.log.warn({ err: error, customerId }, "a refused wallet could not be looked at");
    });
  };
}

/** Said while migrations run: health checks and clients simply try again. */
const starting = (): Response =>
  Response.json(
    {
      success: false,
      error: "The server is starting; try again shortly.",
      code: "service_unavailable",
      details: {},
    },
    { status: 503, headers: { "retry-after": "2", "cache-control": "no-store" } },
  );

/** People on this machine also reach a loopback address by its name. */
function otherNames(url: string): string[] {
  const { protocol, hostname, port } = new URL(url);
  if (hostname === "127.0.0.1") return [`${protocol}//localhost:${port}`];
  return hostname === "localhost" ? [`${protocol}//127.0.0.1:${port}`] : [];
}

const CLOSE_GRACE_MS = 10_000;
const LOOK_AGAIN_MS = 10_000;
