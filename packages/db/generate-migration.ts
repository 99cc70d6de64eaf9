// Writes migrations from the tables in src/schema.
//
//   node generate-migration.ts             rewrites 0000_tables.sql in full: until the first release only
//   node generate-migration.ts add-colour  adds the next numbered file with what changed since the last one
//   node generate-migration.ts --check     fails when the tables and the migrations differ
//
// Hand-written SQL takes a number of its own in the same folder; the runner applies all files in the order of names.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = import.meta.dirname;
const folder = join(root, "drizzle");
const meta = join(folder, "meta");
const draft = mkdtempSync(join(tmpdir(), "ratebook-migration-"));
const [argument] = process.argv.slice(2);
try {
  if (argument === undefined) rewriteTables();
  else if (argument === "--check") check();
  else addMigration(argument);
} finally {
  rmSync(draft, { recursive: true, force: true });
}

function rewriteTables(): void {
  const sql = generate("tables");
  if (sql === undefined) throw new Error("drizzle-kit found no tables in src/schema");
  const path = join(folder, "0000_tables.sql");
  // Each run invents new ids and dates for its metadata: files that say the same are left alone. A merge may have put
  // the SQL together and left the metadata behind.
  const same = readdirSync(folder).includes("0000_tables.sql") && readFileSync(path, "utf8") === sql;
  if (same && sameMeta()) return;
  writeFileSync(path, sql);
  keepMeta();
  console.log("wrote drizzle/0000_tables.sql");
}

function addMigration(name: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`${name}: a migration's name is kebab-case`);
  cpSync(meta, join(draft, "meta"), { recursive: true });
  const sql = generate(name);
  if (sql === undefined) throw new Error("the tables have not changed since the last migration");
  const last = sqlFiles(folder).at(-1)?.slice(0, 4) ?? "-1";
  const file = `${String(Number(last) + 1).padStart(4, "0")}_${name}.sql`;
  writeFileSync(join(folder, file), sql);
  keepMeta();
  console.log(`wrote drizzle/${file}`);
}

function check(): void {
  cpSync(meta, join(draft, "meta"), { recursive: true });
  if (generate("check") === undefined) return;
  console.error("src/schema and drizzle/ differ: run db:generate");
  process.exitCode = 1;
}

/** Lets drizzle-kit compare src/schema with the draft folder's metadata; undefined when it found no difference. */
function generate(name: string): string | undefined {
  const program = join(dirname(fileURLToPath(import.meta.resolve("drizzle-kit"))), "bin.cjs");
  // Drizzle-kit puts "./" before this folder, so it has to be relative.
  const options = [
    "--dialect",
    "postgresql",
    "--schema",
    "./src/schema/index.ts",
    "--out",
    relative(root, draft),
  ];
  const before = new Set(sqlFiles(draft));
  const run = spawnSync(process.execPath, [program, "generate", ...options, "--name", name], {
    cwd: root,
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`drizzle-kit failed: ${run.stdout}`);
  const made = sqlFiles(draft).find((file) => !before.has(file));
  if (made === undefined) {
    // It also exits with 0 when it died on a table, for instance on a bigint default.
    if (!run.stdout.includes("No schema changes"))
      throw new Error(`drizzle-kit wrote nothing: ${run.stdout}`);
    return undefined;
  }
  const text = readFileSync(join(draft, made), "utf8");
  if (text.trim() === "") throw new Error(`drizzle-kit wrote an empty file: ${run.stdout}`);
  // The runner makes the schema, because its own table is in it.
  return text.replace(/^CREATE SCHEMA "ratebook";\n(--> statement-breakpoint\n)?/m, "");
}

/** Whether the kept metadata describes the same tables as the draft's. */
function sameMeta(): boolean {
  const [kept, drafted] = [meta, join(draft, "meta")].map((from) => {
    const tables: Record<string, unknown> = JSON.parse(
      readFileSync(join(from, "0000_snapshot.json"), "utf8"),
    );
    return JSON.stringify({ ...tables, id: null, prevId: null });
  });
  return kept === drafted;
}

function keepMeta(): void {
  rmSync(meta, { recursive: true, force: true });
  cpSync(join(draft, "meta"), meta, { recursive: true });
}

function sqlFiles(path: string): string[] {
  return readdirSync(path)
    .filter((file) => file.endsWith(".sql"))
    .sort();
}
