import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A workspace package as its package.json declares it. */
export type WorkspacePackage = {
  /** Name without the scope. */
  name: string;
  dir: string;
  dependencies: readonly string[];
  devDependencies: readonly string[];
};

/** Every package of the workspace below `root`. */
export function workspacePackages(root: string): WorkspacePackage[] {
  return globSync(["apps/*/package.json", "packages/*/package.json", "scripts/ratebook/package.json"], {
    cwd: root,
  })
    .sort()
    .map((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as {
        name: string;
        dependencies?: Record<string, string>;
        devDependencies?: Record<string, string>;
      };
      return {
        name: manifest.name.replace("@ratebook/", ""),
        dir: dirname(join(root, path)),
        dependencies: Object.keys(manifest.dependencies ?? {}),
        devDependencies: Object.keys(manifest.devDependencies ?? {}),
      };
    });
}

/** TypeScript files of a package, its configuration included. */
export function sourceFiles(dir: string): string[] {
  return globSync(["src/**/*.{ts,tsx}", "*.ts"], { cwd: dir, exclude: ["**/node_modules/**", "**/dist/**"] })
    .sort()
    .map((path) => join(dir, path));
}
