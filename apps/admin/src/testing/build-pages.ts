import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the admin's pages, built as they are in the working copy. */
    pages: string;
  }
}

/**
 * Builds the admin once for the whole run.
 *
 * @returns removes what was built
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "ratebook-admin-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await build({
      root: resolve(import.meta.dirname, "../.."),
      logLevel: "error",
      mode: "production",
      build: { outDir: folder, emptyOutDir: true, minify: false },
    });
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide("pages", folder);
  return remove;
}
