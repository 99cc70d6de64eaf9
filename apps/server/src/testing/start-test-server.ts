import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { type RunningServer, startServer } from "../compose.ts";
import type { ServerConfig } from "../env.ts";
import { createLog } from "../log.ts";

/** A whole server on a database of its own, and what a test does with it. */
export type TestRatebook = RunningServer & {
  database: TestDatabase;
  /** Sends a request; JSON in and out. */
  call: (path: string, options?: CallOptions) => Promise<Answer>;
  drop: () => Promise<void>;
};

export type CallOptions = {
  method?: string;
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
};
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** A server on a free port of this machine, over a test's own database. */
export const testConfig = ({ url, ownerUrl }: Pick<TestDatabase, "url" | "ownerUrl">): ServerConfig => ({
  databaseUrl: url,
  databaseOwnerUrl: ownerUrl,
  databaseDirectUrl: null,
  databasePoolMax: 6,
  databasePrepare: true,
  host: "127.0.0.1",
  port: 0,
  publicUrl: null,
  secret: "a secret of tests that is long enough",
  trustedProxies: [],
  allowedOrigins: [],
  metricsToken: null,
  workerKey: null,
  logLevel: "silent",
  limits: { signIn: 1_000 },
});

/** Starts the server on a free port, over a migrated, empty database. */
export async function startTestRatebook(config: Partial<ServerConfig> = {}): Promise<TestRatebook> {
  const database = await testDatabase();
  const server = await startOrDrop(database, { ...testConfig(database), ...config });
  return {
    ...server,
    database,
    call: async (path, { method = "GET", key, body, headers = {} } = {}) => {
      const response = await fetch(new URL(path, server.url), {
        method,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        redirect: "manual",
      });
      const text = await response.text();
      const json: Record<string, unknown> = text.startsWith("{") ? JSON.parse(text) : { text };
      return { status: response.status, headers: response.headers, body: json };
    },
    drop: async () => {
      await server.close();
      await database.drop();
    },
  };
}

/** Starts the server; a database that none wanted is dropped again. */
async function startOrDrop(database: TestDatabase, config: ServerConfig): Promise<RunningServer> {
  try {
    return await startServer(config, { log: createLog("silent"), pagesFolder: "/nowhere" });
  } catch (error) {
    await database.drop();
    throw error;
  }
}
