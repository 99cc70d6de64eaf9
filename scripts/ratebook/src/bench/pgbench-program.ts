import { execFile } from "node:child_process";
import { access, constants, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** PostgreSQL's own benchmark program: on the PATH, or where Debian keeps it; null where it is not installed. */
export async function findPgbench(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const onPath = (env["PATH"] ?? "").split(delimiter);
  const versions = (await readdir(DEBIAN).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const folders = [...onPath, ...versions.map((version) => join(DEBIAN, version, "bin"))];
  for (const folder of folders.filter((name) => name !== "")) {
    const file = join(folder, "pgbench");
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return null;
}

/** Runs pgbench on a database and gives what it printed. */
export async function pgbench(program: string, database: URL, options: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...options, database.pathname.slice(1)], {
    env: {
      ...process.env,
      PGHOST: database.hostname,
      PGPORT: database.port,
      PGUSER: database.username,
      PGPASSWORD: decodeURIComponent(database.password),
    },
  });
  return stdout;
}

/** Transactions that were made. */
export function transactionsMade(printed: string): number {
  const count = /^number of transactions actually processed: (\d+)/m.exec(printed)?.[1];
  if (count === undefined) throw new Error(`pgbench printed no count: ${printed}`);
  return Number(count);
}

/** Transactions a second, without the time it took to connect. */
export function transactionsPerSecond(printed: string): number {
  const tps = /^tps = ([\d.]+)/m.exec(printed)?.[1];
  if (tps === undefined) throw new Error(`pgbench printed no rate: ${printed}`);
  return Number(tps);
}

const run = promisify(execFile);
const DEBIAN = "/usr/lib/postgresql";
