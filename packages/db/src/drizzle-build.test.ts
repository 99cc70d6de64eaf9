import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/**
 * The build of drizzle-orm in ES modules needs 220 MB more to load than the other one: the loader leaves that much
 * garbage for its circles of re-exports. patches/ points imports at the other; this says when an update undoes it.
 */
test.each(["drizzle-orm", "drizzle-orm/pg-core", "drizzle-orm/postgres-js", "drizzle-orm/errors"])(
  "%s is imported from the build that is cheap to load, and so there is one copy of it",
  (name) => {
    const program = `console.log(import.meta.resolve(${JSON.stringify(name)}))`;
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    expect(run.stdout.trim()).toMatch(/\.cjs$/);
  },
);
