import { defineConfig } from "vitest/config";

const everywhere = ["packages/*/src/**", "apps/*/src/**", "scripts/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: everywhere.map((root) => `${root}/*.test.{ts,tsx}`),
          exclude: ["**/node_modules/**", "**/*.db.test.ts", "**/*.e2e.test.ts"],
        },
      },
      {
        test: {
          name: "db",
          include: everywhere.map((root) => `${root}/*.db.test.ts`),
          exclude: ["**/node_modules/**"],
          globalSetup: ["packages/db/src/testing/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: everywhere.map((root) => `${root}/*.e2e.test.ts`),
          exclude: ["**/node_modules/**"],
          globalSetup: ["packages/db/src/testing/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
