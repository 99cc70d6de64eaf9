export * from "./accounts.ts";
export * from "./auth.ts";
export * from "./catalogue.ts";
export * from "./ledger.ts";
export * from "./payments.ts";
export * from "./sandbox.ts";
export { ratebook } from "./schema.ts";
export * from "./usage.ts";
export * from "./x402.ts";
