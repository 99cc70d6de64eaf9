import type { Actor, Scope } from "../actor.ts";
import { SCOPES } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { hashKeyText } from "./key-text.ts";

/** Checks keys against the database on every request, so that a revocation takes effect at once. */
export type KeyRing = {
  /** Who a key speaks for; null where it is unknown, revoked or expired. */
  authenticate: (text: string) => Promise<Actor | null>;
  /** Waits until noted uses are written. */
  close: () => Promise<void>;
};

type KeyRow = {
  id: string;
  kind: "customer" | "service" | "worker";
  customerId: string | null;
  hash: string;
  scopes: string[];
  requestsPerMinute: number | null;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/**
 * Makes a key ring. Requests that arrive while a query runs share the next one, so its cost falls as load rises; there
 * is no cache that could keep a revoked key alive. After a rotation the text before it opens the same key until its time. `last_used_at` moves at most once a minute, after the answer.
 */
export function createKeyRing(ctx: Pick<Ctx, "sql" | "clock" | "log">): KeyRing {
  type Waiting = { hash: string; resolve: (row: KeyRow | null) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let running = 0;
  const notes = new Map<string, Promise<void>>();

  const next = async (): Promise<void> => {
    const batch = waiting.splice(0, LOOKUP_MAX);
    if (batch.length === 0) return;
    running += 1;
    try {
      const hashes = [...new Set(batch.map((request) => request.hash))];
      const rows = await ctx.sql<KeyRow[]>`
        select id, kind, customer_id as "customerId", hash, scopes, requests_per_minute as "requestsPerMinute",
          expires_at as "expiresAt", last_used_at as "lastUsedAt"
        from ratebook.api_key where hash = any(${hashes}) and revoked_at is null
        union all
        select id, kind, customer_id, previous_hash, scopes, requests_per_minute,
          least(expires_at, previous_until), last_used_at
        from ratebook.api_key where previous_hash = any(${hashes}) and revoked_at is null`;
      const found = new Map(rows.map((row) => [row.hash, row]));
      for (const request of batch) request.resolve(found.get(request.hash) ?? null);
    } catch (error) {
      for (const request of batch) request.reject(error);
    } finally {
      running -= 1;
      void next();
    }
  };

  const lookUp = (hash: string): Promise<KeyRow | null> =>
    new Promise((resolve, reject) => {
      waiting.push({ hash, resolve, reject });
      if (running < LOOKUPS_AT_ONCE) void next();
    });

  const noteUse = ({ id, lastUsedAt }: KeyRow, now: Date): void => {
    if (notes.has(id) || (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < USE_INTERVAL_MS))
      return;
    const note = ctx.sql`
      update ratebook.api_key set last_used_at = ${now}
      where id = ${id} and (last_used_at is null or last_used_at < ${new Date(now.getTime() - USE_INTERVAL_MS)})`
      .then(
        () => {},
        // The request was served; only the note of its time is late, and the next request writes it.
        (error: unknown) => ctx.log.warn({ err: error, keyId: id }, "the use of a key was not noted"),
      )
      .finally(() => notes.delete(id));
    notes.set(id, note);
  };

  return {
    authenticate: async (text) => {
      if (text.length > KEY_LENGTH_MAX) return null;
      const row = await lookUp(hashKeyText(text));
      const now = ctx.clock();
      if (row === null || (row.expiresAt !== null && row.expiresAt <= now)) return null;
      noteUse(row, now);
      return actorOf(row);
    },
    close: async () => {
      await Promise.all(notes.values());
    },
  };
}

function actorOf(row: KeyRow): Actor | null {
  const shown = {
    keyId: row.id,
    scopes: SCOPES.filter((scope: Scope) => row.scopes.includes(scope)),
    ...(row.requestsPerMinute !== null && { requestsPerMinute: row.requestsPerMinute }),
  };
  if (row.kind !== "customer") return { kind: row.kind, ...shown };
  return row.customerId === null ? null : { kind: "key", customerId: row.customerId, ...shown };
}

const LOOKUP_MAX = 256;
const LOOKUPS_AT_ONCE = 2;
const USE_INTERVAL_MS = 60_000;
const KEY_LENGTH_MAX = 512;
