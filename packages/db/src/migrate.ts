import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Result } from "@ratebook/core";
import postgres from "postgres";
import { isDatabaseDown, sqlStateOf } from "./database-errors.ts";
import { grantApp } from "./grants.ts";

/**
 * Why the database was not migrated; `message` is a sentence for the operator. Nothing was changed.
 *
 * - `newer_schema`: a newer Ratebook migrated this database
 * - `changed_migration`: a migration the database has applied is not the one this code carries
 * - `old_server`: PostgreSQL is older than 15
 * - `database_down`: it cannot be reached
 * - `login_refused`: it knows no such user, password or database
 */
export type MigrateError = {
  kind: "newer_schema" | "changed_migration" | "old_server" | "database_down" | "login_refused";
  message: string;
};

export type MigrateOptions = {
  /** The role that owns the schema, over a direct or a pooled connection. */
  ownerUrl: string;
  /** The role the apps connect as, when it is not the owner: it gets rights on rows and functions, and owns nothing. */
  appRole?: string;
  /** Folder of the SQL files; the package's own by default. */
  folder?: URL;
};

/**
 * Brings the schema `ratebook` up to this code: applies the SQL files in the order of their names, then sets the app
 * role's rights. Everything happens in one transaction under a lock, so that two starts at once migrate once and a
 * failed file leaves nothing behind.
 *
 * @returns how many files were applied now; 0 when all were there already
 */
export async function migrate(options: MigrateOptions): Promise<Result<{ applied: number }, MigrateError>> {
  const files = await readMigrations(options.folder ?? MIGRATIONS);
  const sql = postgres(options.ownerUrl, {
    max: 1,
    prepare: false,
    connect_timeout: 10,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: "ratebook migrate", TimeZone: "UTC" },
  });
  try {
    return await sql.begin(async (tx) => {
      const outdated = await serverTooOld(tx);
      if (outdated) return refuse(outdated);
      await tx`select pg_advisory_xact_lock(${LOCK_KEY}::int8)`;
      await makeSchema(tx);
      const recorded = await tx<Recorded[]>`select name, sha256 from ratebook.schema_migration order by name`;
      const mismatch = findMismatch(recorded, files);
      if (mismatch) return refuse(mismatch);
      const pending = files.slice(recorded.length);
      for (const file of pending) await apply(tx, file);
      if (options.appRole !== undefined) await grantApp(tx, options.appRole);
      return { ok: true, value: { applied: pending.length } };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (isDatabaseDown(error)) {
      return refuse({ kind: "database_down", message: `The database cannot be reached: ${reason}.` });
    }
    if (LOGIN_REFUSED.has(sqlStateOf(error) ?? "")) {
      return refuse({
        kind: "login_refused",
        message: `The database refused to let Ratebook in: ${reason}.`,
      });
    }
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

type Refusal = { ok: false; error: MigrateError };
const refuse = (error: MigrateError): Refusal => ({ ok: false, error });

type Migration = { name: string; text: string; sha256: string };
type Recorded = { name: string; sha256: string };

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), "utf8");
      // drizzle-kit leaves such a file behind when it dies half-way.
      if (text.trim() === "") throw new Error(`migration ${name} is empty`);
      const sha256 = createHash("sha256").update(text).digest("hex");
      return { name: name.replace(/\.sql$/, ""), text, sha256 };
    }),
  );
}

async function serverTooOld(tx: postgres.TransactionSql): Promise<MigrateError | undefined> {
  const [row] = await tx`select current_setting('server_version_num')::int as number`;
  const major = Math.trunc(Number(row?.number) / 10_000);
  if (major >= OLDEST_MAJOR) return undefined;
  const message = `Ratebook needs PostgreSQL ${OLDEST_MAJOR} or newer, and this server is version ${major}.`;
  return { kind: "old_server", message };
}

/** Asks before making: a role that may not create schemas can still use one its administrator made for it. */
async function makeSchema(tx: postgres.TransactionSql): Promise<void> {
  const present = await tx`select 1 from pg_namespace where nspname = 'ratebook'`;
  if (present.length === 0) await tx`create schema ratebook`;
  const tables =
    await tx`select 1 from pg_tables where schemaname = 'ratebook' and tablename = 'schema_migration'`;
  if (tables.length > 0) return;
  await tx`create table ratebook.schema_migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`;
}

function findMismatch(recorded: Recorded[], files: Migration[]): MigrateError | undefined {
  const known = new Map(files.map((file) => [file.name, file]));
  const unknown = recorded.find(({ name }) => !known.has(name));
  if (unknown) {
    const message = `A newer Ratebook migrated this database (it has ${unknown.name}, this one knows up to ${files.at(-1)?.name ?? "nothing"}): start that version or a later one.`;
    return { kind: "newer_schema", message };
  }
  // Files are applied in order and recorded by name, so what is recorded must be a beginning of what there is.
  const changed = recorded.find(({ sha256 }, index) => files[index]?.sha256 !== sha256);
  if (!changed) return undefined;
  const message = `Migration ${changed.name} is not the one this database applied: a released migration must not change; restore the file, or start with a new database.`;
  return { kind: "changed_migration", message };
}

async function apply(tx: postgres.TransactionSql, file: Migration): Promise<void> {
  await tx.unsafe(file.text);
  await tx`insert into ratebook.schema_migration (name, sha256) values (${file.name}, ${file.sha256})`;
}

const MIGRATIONS = new URL("../drizzle/", import.meta.url);
const OLDEST_MAJOR = 15;
const LOGIN_REFUSED = new Set(["28P01", "28000", "3D000"]);

/** Any constant: it only has to differ from other programs' locks in the same database. */
const LOCK_KEY = "7310868733201";
