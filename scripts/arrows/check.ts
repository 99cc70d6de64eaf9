import { relative } from "node:path";
import { CORE_DEPENDENCIES, HOUSE, OWNERS, type Rule, UNRESTRICTED } from "./house.ts";
import type { WorkspacePackage } from "./read-workspace.ts";

/** Sentences about declared dependencies that the house does not allow. */
export function checkDependencies(pkg: WorkspacePackage): string[] {
  if (UNRESTRICTED.includes(pkg.name)) return [];
  const rule = HOUSE[pkg.name];
  if (!rule) return [`${pkg.name}: not a package of the house.`];
  const declared = [
    ...pkg.dependencies.map((name) => ({ name, dev: false })),
    ...pkg.devDependencies.map((name) => ({ name, dev: true })),
  ];
  return declared.flatMap(({ name, dev }) => {
    if (name.startsWith("@ratebook/")) {
      const target = name.slice("@ratebook/".length);
      const allowed = [...rule.value, ...(rule.types ?? []), ...(dev ? (rule.tests ?? []) : [])];
      return allowed.some((entry) => entry.split("/")[0] === target)
        ? []
        : [`${pkg.name}: package.json may not depend on ${name}.`];
    }
    if (pkg.name === "core" && !dev && !CORE_DEPENDENCIES.includes(name)) {
      return [`core: package.json may not depend on ${name}; zod is its only dependency.`];
    }
    const owners = OWNERS[name];
    return owners && !dev && !owners.includes(pkg.name)
      ? [`${pkg.name}: package.json may not depend on ${name}; it belongs to ${owners.join(", ")}.`]
      : [];
  });
}

/** Sentences about imports in one file that the house does not allow. */
export function checkImports(pkg: WorkspacePackage, file: string, text: string): string[] {
  if (UNRESTRICTED.includes(pkg.name)) return [];
  const rule = HOUSE[pkg.name];
  if (!rule) return [];
  const place = relative(pkg.dir, file);
  const testOnly = /(\.test|-fixture)\.tsx?$|(^|\/)testing\//.test(place) || !place.startsWith("src/");
  return imports(text).flatMap(({ specifier, typeOnly }) => {
    const problem = refuse(pkg, rule, specifier, typeOnly, testOnly);
    return problem ? [`${pkg.name}/${place}: ${problem}`] : [];
  });
}

function refuse(
  pkg: WorkspacePackage,
  rule: Rule,
  specifier: string,
  typeOnly: boolean,
  testOnly: boolean,
): string | null {
  if (specifier.startsWith("@ratebook/")) {
    const target = specifier.slice("@ratebook/".length);
    if (rule.value.includes(target)) return null;
    if (typeOnly && rule.types?.includes(target)) return null;
    if (testOnly && (rule.tests?.includes(target) || rule.types?.includes(target))) return null;
    return `may not import ${specifier}${typeOnly ? " (types)" : ""}.`;
  }
  if (specifier.startsWith(".") || specifier.startsWith("node:")) {
    return pkg.name === "core" && specifier.startsWith("node:") && !testOnly
      ? `is pure and may not import ${specifier}.`
      : null;
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  const owners = OWNERS[name];
  if (owners && !owners.includes(pkg.name) && !testOnly)
    return `may not import ${name}; it belongs to ${owners.join(", ")}.`;
  return null;
}

function imports(text: string): { specifier: string; typeOnly: boolean }[] {
  const found = text.matchAll(STATEMENT);
  return [...found].map((match) => ({
    specifier: match.groups?.from ?? match.groups?.bare ?? match.groups?.dynamic ?? "",
    typeOnly: match.groups?.type !== undefined || onlyTypes(match.groups?.names),
  }));
}

/** `{ type A, type B }` imports nothing at run time. */
function onlyTypes(names: string | undefined): boolean {
  const list = names?.match(/^\s*\{([^}]*)\}\s*$/)?.[1];
  return list?.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type ")) ?? false;
}

const STATEMENT =
  /^\s*(?:import|export)\s+(?<type>type\s+)?(?<names>[^"'`;]*?)\s*from\s*["'](?<from>[^"']+)["']|^\s*import\s*["'](?<bare>[^"']+)["']|\bimport\(\s*["'](?<dynamic>[^"']+)["']\s*\)/gm;
