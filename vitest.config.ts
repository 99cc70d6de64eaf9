import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

const everywhere = ["packages/*/src/**", "apps/*/src/**", "scripts/**"];

/** Files that take a minute or more, so that none of them is left alone at the end while the other workers idle. */
const LONGEST = ["histories.db", "year.db", "crash.db", "commands.db", "alerts-and-portal.e2e"];

class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    const rank = (path: string): number => {
      const at = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a.moduleId) - rank(b.moduleId));
  }
}

export default defineConfig({
  test: {
    // Two even on two cores: a file waits for PostgreSQL or a browser about as long as it computes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // What is waited for comes at once, or as soon as a busy machine gets to it.
    expect: { poll: { timeout: 60_000 } },
    // Programs that tests start compile their modules once for all of them.
    env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/node_modules/.cache/compile` },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: everywhere.map((root) => `${root}/*.test.{ts,tsx}`),
          exclude: ["**/node_modules/**", "**/*.db.test.ts", "**/*.e2e.test.ts"],
          // None takes more than a second or two by itself; a machine that does other things may need many times that.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: everywhere.map((root) => `${root}/*.db.test.ts`),
          exclude: ["**/node_modules/**"],
          globalSetup: ["packages/db/src/testing/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: everywhere.map((root) => `${root}/*.e2e.test.ts`),
          exclude: ["**/node_modules/**"],
          globalSetup: ["packages/db/src/testing/global-setup.ts", "apps/admin/src/testing/build-pages.ts"],
          // Several pages, each looked at in two schemes and widths, where other programs want the processors as well.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
