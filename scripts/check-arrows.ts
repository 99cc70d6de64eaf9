// Fails when a file imports, or a package declares, what the house does not allow.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkDependencies, checkImports } from "./arrows/check.ts";
import { sourceFiles, workspacePackages } from "./arrows/read-workspace.ts";

const root = resolve(import.meta.dirname, "..");
const packages = workspacePackages(root);
const problems = packages.flatMap((pkg) => [
  ...checkDependencies(pkg),
  ...sourceFiles(pkg.dir).flatMap((file) => checkImports(pkg, file, readFileSync(file, "utf8"))),
]);

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    `${problems.length} import(s) point the wrong way; the allowed arrows are in scripts/arrows/house.ts.`,
  );
  process.exitCode = 1;
} else {
  console.log(`Imports of ${packages.length} packages follow the house.`);
}
