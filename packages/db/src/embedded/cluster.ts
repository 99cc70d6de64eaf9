import { randomBytes, randomUUID } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedError } from "./embedded-error.ts";
import type { Placement } from "./placement.ts";
import { run } from "./runner.ts";

/** Passwords of the three roles, kept in the data directory and readable by its owner only. */
export type Credentials = { superuser: string; owner: string; app: string };

/**
 * Reads the passwords, or makes them when there is no cluster yet. Data without passwords fails with
 * `credentials_missing`: new passwords would not open it.
 */
export async function readCredentials(dataDir: string, dataPath: string): Promise<Credentials> {
  const path = join(dataDir, CREDENTIALS_FILE);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) return JSON.parse(text);
  if (await exists(dataPath)) {
    throw new EmbeddedError(
      "credentials_missing",
      `${path} is missing, and the data in ${dataPath} opens with its passwords only: put the file back, or move that folder away to start afresh.`,
    );
  }
  const password = (): string => randomBytes(24).toString("base64url");
  const credentials = { superuser: password(), owner: password(), app: password() };
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(credentials)}\n`, { mode: 0o600, flush: true });
  await rename(draft, path);
  return credentials;
}

/**
 * Makes the cluster unless it exists. It is made under another name and renamed when complete, so that a start that is
 * killed here leaves nothing the next one would mistake for data.
 */
export async function makeCluster(placement: Placement, password: string, durable: boolean): Promise<void> {
  const { dataPath, home, binaries, user } = placement;
  if (await exists(dataPath)) return;
  const draft = `${dataPath}.new`;
  const passwordFile = join(home, `initdb-${randomUUID()}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
  try {
    const made = await run(binaries.initdb, initdbArguments(draft, passwordFile, durable), user);
    if (made.status !== 0) {
      throw new EmbeddedError("start_failed", `The database could not be made in ${home}: ${made.output}`);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, dataPath);
}

function initdbArguments(dataPath: string, passwordFile: string, durable: boolean): string[] {
  return [
    `--pgdata=${dataPath}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // PostgreSQL's own collation: an update of the system's libraries cannot change the order in an index.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ];
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

const CREDENTIALS_FILE = "database.json";
