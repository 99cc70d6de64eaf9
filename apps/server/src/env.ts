import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";

/** Everything the server is told from outside. */
export type ServerConfig = {
  databaseUrl: string;
  /** The role that migrates; the same as `databaseUrl` where one role does both. */
  databaseOwnerUrl: string;
  /** A connection that LISTEN survives on, where `databaseUrl` goes through a pooler. */
  databaseDirectUrl: string | null;
  databasePoolMax: number;
  /** False behind PgBouncer in transaction mode. */
  databasePrepare: boolean;
  host: string;
  port: number;
  /** Null where it follows from host and port. */
  publicUrl: string | null;
  /** At least 32 bytes; signs sessions and quotes. */
  secret: string;
  trustedProxies: string[];
  allowedOrigins: string[];
  metricsToken: string | null;
  /** A key to take over as the worker's, where both are configured with one secret. */
  workerKey: string | null;
  /** How cards are taken; absent: as on a server that nobody told. */
  payments?: {
    stripeSecretKey: string | null;
    stripeWebhookSecret: string | null;
    sandbox: boolean;
    /** The database is the one that came with the start, so nobody's money is in it. */
    embeddedDatabase: boolean;
  };
  /** The server that sends mails, and who they are from; absent: mails are only kept. */
  mail?: { smtpUrl: string; from: string };
  /** Webhooks may go to this machine, also by http; for development. */
  webhookLoopback?: boolean;
  /** How token payments are taken; absent: not at all. */
  x402?: {
    network: string | null;
    payTo: string | null;
    asset: string | null;
    facilitatorUrl: string | null;
    facilitatorToken: string | null;
    rpcUrl: string | null;
  };
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  limits: { key?: number; serviceKey?: number; person?: number; address?: number; signIn?: number };
};

/**
 * Reads the environment.
 *
 * @returns one sentence for each variable that is missing or wrong, naming it
 */
export function readEnv(env: Record<string, string | undefined>): Result<ServerConfig, string[]> {
  // An empty variable is how a shell or a compose file spells "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    return err(parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")} ${message}.`));
  }
  const it = parsed.data;
  if (it.SMTP_URL !== undefined && it.MAIL_FROM === undefined) {
    return err(["MAIL_FROM is required with SMTP_URL."]);
  }
  const limits: ServerConfig["limits"] = {};
  if (it.RATE_LIMIT_KEY !== undefined) limits.key = it.RATE_LIMIT_KEY;
  if (it.RATE_LIMIT_SERVICE_KEY !== undefined) limits.serviceKey = it.RATE_LIMIT_SERVICE_KEY;
  if (it.RATE_LIMIT_PERSON !== undefined) limits.person = it.RATE_LIMIT_PERSON;
  if (it.RATE_LIMIT_ADDRESS !== undefined) limits.address = it.RATE_LIMIT_ADDRESS;
  if (it.RATE_LIMIT_SIGN_IN !== undefined) limits.signIn = it.RATE_LIMIT_SIGN_IN;
  return ok({
    databaseUrl: it.DATABASE_URL,
    databaseOwnerUrl: it.DATABASE_OWNER_URL ?? it.DATABASE_URL,
    databaseDirectUrl: it.DATABASE_DIRECT_URL ?? null,
    databasePoolMax: it.DATABASE_POOL_MAX,
    databasePrepare: it.DATABASE_PREPARE,
    host: it.HOST,
    port: it.PORT,
    publicUrl: it.PUBLIC_URL ?? null,
    secret: it.RATEBOOK_SECRET,
    trustedProxies: it.TRUSTED_PROXIES,
    allowedOrigins: it.ALLOWED_ORIGINS,
    metricsToken: it.METRICS_TOKEN ?? null,
    workerKey: it.RATEBOOK_WORKER_KEY ?? null,
    ...(it.SMTP_URL !== undefined &&
      it.MAIL_FROM !== undefined && { mail: { smtpUrl: it.SMTP_URL, from: it.MAIL_FROM } }),
    payments: {
      stripeSecretKey: it.STRIPE_SECRET_KEY ?? null,
      stripeWebhookSecret: it.STRIPE_WEBHOOK_SECRET ?? null,
      sandbox: it.RATEBOOK_PAYMENTS === "sandbox",
      embeddedDatabase: false,
    },
    x402: {
      network: it.X402_NETWORK ?? null,
      payTo: it.X402_PAY_TO ?? null,
      asset: it.X402_ASSET ?? null,
      facilitatorUrl: it.X402_FACILITATOR_URL ?? null,
      facilitatorToken: it.X402_FACILITATOR_TOKEN ?? null,
      rpcUrl: it.X402_RPC_URL ?? null,
    },
    webhookLoopback: it.WEBHOOK_LOOPBACK,
    logLevel: it.LOG_LEVEL,
    limits,
  });
}

const required = {
  error: (issue: { input?: unknown }) => (issue.input === undefined ? "is required" : undefined),
};
const postgresUrl = z
  .string(required)
  .regex(/^postgres(ql)?:\/\/\S+$/, "must be an address like postgres://user:password@host/database");
const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
const limit = z.coerce
  .number("must be a number")
  .int("must be a whole number")
  .min(1, "must be at least 1")
  .optional();

const Variables = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_MAX: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(4, "must be at least 4")
    .max(200, "must be at most 200")
    .default(20),
  DATABASE_PREPARE: z
    .enum(["true", "false"], "must be true or false")
    .default("true")
    .transform((text) => text === "true"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce
    .number("must be a number")
    .int("must be a whole number")
    .min(0, "must be 0 … 65535")
    .max(65_535, "must be 0 … 65535")
    .default(3000),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
  RATEBOOK_SECRET: z.string(required).min(32, "must be at least 32 characters"),
  TRUSTED_PROXIES: list,
  ALLOWED_ORIGINS: list,
  RATEBOOK_WORKER_KEY: z
    .string()
    .regex(/^rbk_[A-Za-z0-9_-]{43,}$/, "must be rbk_ and at least 43 letters, digits, - or _")
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "must be an smtp or smtps address" }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s<>@]+@[^\s<>@]+>?$/, "must be an address, or Name <address>")
    .optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  RATEBOOK_PAYMENTS: z.enum(["sandbox"], "must be sandbox").optional(),
  X402_NETWORK: z.string().optional(),
  X402_PAY_TO: z.string().optional(),
  X402_ASSET: z.string().optional(),
  X402_FACILITATOR_URL: z.string().optional(),
  X402_FACILITATOR_TOKEN: z.string().optional(),
  X402_RPC_URL: z.string().optional(),
  WEBHOOK_LOOPBACK: z
    .enum(["true", "false"], "must be true or false")
    .default("false")
    .transform((text) => text === "true"),
  METRICS_TOKEN: z.string().min(16, "must be at least 16 characters").optional(),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent")
    .default("info"),
  RATE_LIMIT_KEY: limit,
  RATE_LIMIT_SERVICE_KEY: limit,
  RATE_LIMIT_PERSON: limit,
  RATE_LIMIT_ADDRESS: limit,
  RATE_LIMIT_SIGN_IN: limit,
});
