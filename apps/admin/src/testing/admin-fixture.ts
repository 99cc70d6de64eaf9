import type { Ctx } from "@ratebook/billing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import {
  createLog,
  createPerson,
  ensureOrganization,
  type RunningServer,
  readEnv,
  type ServerConfig,
  startServer,
} from "@ratebook/server";
import { inject } from "vitest";
import "./build-pages.ts";

/** How a person of a test signs in. */
export type Login = { id: string; email: string; password: string };

/** The admin as people use it: built, and served by the whole server over a database of its own. */
export type TestAdmin = {
  url: string;
  ctx: Ctx;
  server: RunningServer;
  database: TestDatabase;
  /** Creates an operator whose address is confirmed. */
  operator: (name: string) => Promise<Login>;
  /** Creates a person with an organization of their own, which is a customer. */
  member: (name: string) => Promise<Login & { customerId: string }>;
  drop: () => Promise<void>;
};

/** Starts the server that serves the admin's pages, on a free port. */
export async function startAdmin(): Promise<TestAdmin> {
  const database = await testDatabase();
  const server = await startServer(configFor(database), {
    pagesFolder: inject("pages"),
    log: createLog("silent"),
  });
  const { ctx, auth } = server;

  const person = async (name: string, role: "operator" | "user"): Promise<Login> => {
    const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.com`;
    const created = await createPerson({ auth, db: ctx.db }, { email, name, role });
    if (!created.ok) throw new Error(`${created.error.kind}: ${email}`);
    return created.value;
  };

  return {
    url: server.url,
    ctx,
    server,
    database,
    operator: (name) => person(name, "operator"),
    member: async (name) => {
      const login = await person(name, "user");
      const customerId = await ensureOrganization(ctx, login.id);
      if (customerId === null) throw new Error("a person who is no operator has an organization");
      return { ...login, customerId };
    },
    drop: async () => {
      await server.close();
      await database.drop();
    },
  };
}

/** The settings of an ordinary start, on a free port, with limits that no test reaches. */
function configFor({ url, ownerUrl }: TestDatabase): ServerConfig {
  const config = readEnv({
    DATABASE_URL: url,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_POOL_MAX: "8",
    PORT: "0",
    RATEBOOK_SECRET: "a secret of tests that is long enough",
    LOG_LEVEL: "silent",
    RATEBOOK_PAYMENTS: "sandbox",
    WEBHOOK_LOOPBACK: "true",
    RATE_LIMIT_SIGN_IN: "1000",
    RATE_LIMIT_PERSON: "100000",
    RATE_LIMIT_ADDRESS: "100000",
  });
  if (!config.ok) throw new Error(config.error.join(" "));
  return config.value;
}
