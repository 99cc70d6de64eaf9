import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

/** A pool of connections that reads int8 as bigint. */
export type Sql = postgres.Sql<{ bigint: bigint }>;

/** Typed queries over the same pool. */
export type Database = PostgresJsDatabase<Record<string, never>>;

export type Connection = {
  sql: Sql;
  db: Database;
  /** Waits up to 5 s for running queries, then closes every connection. */
  close: () => Promise<void>;
};

export type ConnectOptions = {
  url: string;
  /** Connections opened at most; they are opened when first needed. */
  max: number;
  /** What `pg_stat_activity` shows. */
  applicationName: string;
  /**
   * False behind a pooler in transaction mode (PgBouncer): no prepared statement outlives its transaction, and no
   * setting is sent that such a pooler refuses. Set its own `query_timeout` then.
   */
  prepare?: boolean;
  /** A statement that runs longer is cancelled by the server (57014). Default 30 s. */
  statementTimeoutMs?: number;
  /** Default 10 s. */
  connectTimeoutMs?: number;
};

/**
 * Opens a pool. Nothing is sent until the first query, so a database that is down shows there: see `isDatabaseDown`.
 *
 * int8 is read as bigint, numeric as text, timestamptz as Date (infinity as the last one there is), date as
 * `YYYY-MM-DD`, json parsed; the same through `sql` and through `db`. Both share the connections. Tables are named with their schema, never by search_path.
 */
export function connect(options: ConnectOptions): Connection {
  const { prepare = true, statementTimeoutMs = 30_000, connectTimeoutMs = 10_000 } = options;
  const sql: Sql = postgres(options.url, {
    max: options.max,
    prepare,
    connect_timeout: connectTimeoutMs / 1000,
    types: { bigint: postgres.BigInt },
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      // PgBouncer follows these two; any other startup parameter makes it refuse the connection.
      TimeZone: "UTC",
      ...(prepare
        ? {
            statement_timeout: statementTimeoutMs,
            idle_in_transaction_session_timeout: statementTimeoutMs * 2,
          }
        : {}),
    },
  });
  const db: Database = drizzle(sql);
  restoreTypes(sql);
  return { sql, db, close: () => sql.end({ timeout: 5 }) };
}

/**
 * Undoes what drizzle does to a shared client: it makes timestamptz and json pass through as text, which would hand
 * `sql` strings for instants and refuse Date and object parameters. Drizzle's own columns accept both forms.
 */
function restoreTypes(sql: Sql): void {
  const { parsers, serializers } = sql.options;
  parsers[TIMESTAMPTZ] = parseInstant;
  serializers[TIMESTAMPTZ] = writeInstant;
  for (const type of [JSON_TYPE, JSONB_TYPE]) {
    // Drizzle hands over JSON text, postgres.js the value itself.
    serializers[type] = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  }
}

function parseInstant(text: string): Date {
  if (text === "infinity") return new Date(LAST_INSTANT_MS);
  if (text === "-infinity") return new Date(-LAST_INSTANT_MS);
  return new Date(text);
}

function writeInstant(value: Date | string): string {
  const instant = new Date(value);
  if (instant.getTime() === LAST_INSTANT_MS) return "infinity";
  if (instant.getTime() === -LAST_INSTANT_MS) return "-infinity";
  // Text is written as it came: it may be finer than a Date, which ends at milliseconds.
  return value instanceof Date ? value.toISOString() : value;
}

/** The last instant a Date can hold stands for PostgreSQL's infinity, which new Date() would make invalid. */
const LAST_INSTANT_MS = 8.64e15;

const TIMESTAMPTZ = 1184;
const JSON_TYPE = 114;
const JSONB_TYPE = 3802;
