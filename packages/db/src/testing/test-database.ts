import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";
import { type Connection, connect } from "../client.ts";
import { grantDatabase, OWNER } from "../embedded/roles.ts";
import "./global-setup.ts";

export type TestDatabase = Pick<Connection, "sql" | "db"> & {
  /** As the app's role, which may do what the apps may do. */
  url: string;
  /** As the role that owns the tables. */
  ownerUrl: string;
  /** Closes `sql` and `db` and removes the database, also under connections somebody else left open. */
  drop: () => Promise<void>;
};

/**
 * Makes a database of its own for one test file, migrated and empty (about 50 ms), and connects to it as the app.
 * Files may do so in parallel. Call it in `beforeAll` and `drop` in `afterAll`.
 */
export function testDatabase(): Promise<TestDatabase> {
  return copyOf(inject("database").template);
}

/** The same with nothing in it, not even the schema: for tests of the migrations themselves. */
export function emptyDatabase(): Promise<TestDatabase> {
  return copyOf("template1");
}

async function copyOf(template: string): Promise<TestDatabase> {
  const { superuserUrl, ownerUrl, appUrl } = inject("database");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asSuperuser(
    superuserUrl,
    `create database ${name} owner ${OWNER} template ${template}`,
    grantDatabase(name),
  );
  const url = withDatabase(appUrl, name);
  const { sql, db, close } = connect({ url, max: 10, applicationName: "test" });
  return {
    url,
    ownerUrl: withDatabase(ownerUrl, name),
    sql,
    db,
    drop: async () => {
      await close();
      await asSuperuser(superuserUrl, `drop database ${name} with (force)`);
    },
  };
}

async function asSuperuser(url: string, ...statements: string[]): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    for (const statement of statements) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}
