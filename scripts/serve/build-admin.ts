import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Builds the admin unless it is built from these very sources, compared by content. It needs no package manager, so it
 * works however the program was started.
 *
 * @returns the build's output where it failed; null otherwise
 */
export async function buildAdmin(root: string): Promise<string | null> {
  const stamp = join(root, "apps/admin/dist/.built-from");
  const sources = await hashOfSources(root);
  const built = await readFile(stamp, "utf8").catch(() => null);
  if (built === sources) return null;
  const problem = await runVite(join(root, "apps/admin"));
  if (problem === null) await writeFile(stamp, sources);
  return problem;
}

/** A hash over names and contents of everything the build reads. */
async function hashOfSources(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of ["apps/admin/src", "apps/admin/public", "packages/api/src", "packages/core/src"]) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) {
      hash
        .update(file.slice(root.length))
        .update("\0")
        .update(await readFile(file));
    }
  }
  for (const file of ["apps/admin/index.html", "apps/admin/vite.config.ts", "pnpm-lock.yaml"]) {
    hash.update(await readFile(join(root, file)));
  }
  return hash.digest("hex");
}

function runVite(folder: string): Promise<string | null> {
  return new Promise((resolve) => {
    const vite = spawn(process.execPath, [join(folder, "node_modules/vite/bin/vite.js"), "build"], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString("utf8")).slice(-OUTPUT_MAX);
    };
    vite.stdout.on("data", collect);
    vite.stderr.on("data", collect);
    vite.on("error", (error) => resolve(error.message));
    vite.on("close", (code) => resolve(code === 0 ? null : output));
  });
}

const OUTPUT_MAX = 4_000;
