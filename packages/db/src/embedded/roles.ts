import postgres from "postgres";
import type { Credentials } from "./cluster.ts";

/** Address of the embedded server's database for one of its roles. */
export function embeddedUrl(
  port: number,
  role: string,
  password: string,
  database: string = DATABASE,
): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/**
 * Makes the database and its two roles unless they exist: the owner, who migrates, and the app, who may make schemas
 * (pg-boss keeps its queues in one of its own) but owns none of Ratebook's tables. Safe to run at every start.
 *
 * @returns the server's cluster_name, as proof that it answered
 */
export async function makeRoles(port: number, credentials: Credentials): Promise<string> {
  const sql = postgres(embeddedUrl(port, "postgres", credentials.superuser, "postgres"), {
    max: 1,
    connect_timeout: 10,
    fetch_types: false,
    onnotice: () => {},
  });
  try {
    const roles = await sql`select rolname from pg_roles where rolname in (${OWNER}, ${APP})`;
    const present = new Set(roles.map((row) => String(row.rolname)));
    for (const [role, password] of [
      [OWNER, credentials.owner],
      [APP, credentials.app],
    ] as const) {
      // The password is ours, base64url: nothing in it needs quoting.
      if (!present.has(role)) await sql.unsafe(`create role ${role} login password '${password}'`);
    }
    if ((await sql`select 1 from pg_database where datname = ${DATABASE}`).length === 0) {
      await sql.unsafe(`create database ${DATABASE} owner ${OWNER}`);
    }
    await sql.unsafe(grantDatabase(DATABASE));
    const [named] = await sql`select current_setting('cluster_name') as name`;
    return String(named?.name);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Lets the app connect to a database and make schemas in it, and nobody else but its owner connect at all. */
export const grantDatabase = (database: string): string =>
  `revoke connect, temporary on database ${database} from public; grant connect, create on database ${database} to ${APP}`;

export const OWNER = "ratebook_owner";
export const APP = "ratebook_app";
export const DATABASE = "ratebook";
