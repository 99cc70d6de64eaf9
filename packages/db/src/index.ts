export { type Connection, type ConnectOptions, connect, type Database, type Sql } from "./client.ts";
export { isDatabaseDown, sqlStateOf } from "./database-errors.ts";
export { APPEND_ONLY_TABLES } from "./grants.ts";
export { type MigrateError, type MigrateOptions, migrate } from "./migrate.ts";
export * from "./schema/index.ts";
export { inTransaction, type Transaction } from "./transaction.ts";
