import { describe, expect, it } from "vitest";
import { checkDependencies, checkImports } from "./check.ts";

const pkg = (name: string, dependencies: string[] = [], devDependencies: string[] = []) => ({
  name,
  dir: `/house/packages/${name}`,
  dependencies,
  devDependencies,
});
const importing = (name: string, text: string, file = "src/a.ts") =>
  checkImports(pkg(name), `/house/packages/${name}/${file}`, text);

describe("the arrows between packages", () => {
  it("lets billing import core and db", () => {
    expect(
      importing("billing", 'import { ok } from "@ratebook/core";\nimport { connect } from "@ratebook/db";'),
    ).toEqual([]);
  });

  it("refuses api importing db, and names file and target", () => {
    expect(importing("api", 'import { connect } from "@ratebook/db";')).toEqual([
      "api/src/a.ts: may not import @ratebook/db.",
    ]);
  });

  it("lets a test of api use the database harness", () => {
    expect(
      importing("api", 'import { testDatabase } from "@ratebook/db/testing";', "src/a.db.test.ts"),
    ).toEqual([]);
  });

  it("lets admin import the router's type but not its value", () => {
    expect(importing("admin", 'import type { AppRouter } from "@ratebook/api";')).toEqual([]);
    expect(importing("admin", 'import { type AppRouter } from "@ratebook/api";')).toEqual([]);
    expect(importing("admin", 'import { appRouter } from "@ratebook/api";')).toHaveLength(1);
  });

  it("sees imports spread over lines, bare, re-exported and dynamic", () => {
    const text =
      'import {\n  a,\n  b,\n} from "@ratebook/api";\nimport "@ratebook/server";\nexport * from "@ratebook/worker";\nawait import("@ratebook/admin");';
    expect(importing("billing", text)).toHaveLength(4);
  });

  it("knows subpaths: the worker may use the client, not the server side", () => {
    expect(importing("worker", 'import { createClient } from "@ratebook/api/client";')).toEqual([]);
    expect(importing("worker", 'import { appRouter } from "@ratebook/api";')).toHaveLength(1);
  });

  it("keeps cheerio in catalog and node's modules out of core", () => {
    expect(importing("billing", 'import { load } from "cheerio";')).toHaveLength(1);
    expect(importing("core", 'import { readFileSync } from "node:fs";')).toHaveLength(1);
  });

  it("refuses a declared dependency that no arrow allows", () => {
    expect(checkDependencies(pkg("core", ["zod", "@ratebook/db"]))).toEqual([
      "core: package.json may not depend on @ratebook/db.",
    ]);
    expect(checkDependencies(pkg("core", ["drizzle-orm"]))).toHaveLength(1);
    expect(checkDependencies(pkg("api", ["@ratebook/billing"], ["@ratebook/db"]))).toEqual([]);
  });
});
