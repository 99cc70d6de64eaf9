import { inTransaction, sandboxObject, type Transaction } from "@ratebook/db";
import { and, arrayContains, asc, desc, eq, gt, gte, lt, lte, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";

/** A document of the payment sandbox. `refs` are ids of other documents it is listed under. */
export type SandboxRow = {
  id: string;
  kind: string;
  refs: readonly string[];
  /** When something has to be done with it. */
  dueAt: Date | null;
  createdAt: Date;
  data: unknown;
};

export type SandboxQuery = {
  kind: string;
  ref?: string | undefined;
  createdSince?: Date | undefined;
  createdUntil?: Date | undefined;
  /** Only documents older than this one. */
  olderThan?: string | undefined;
  /** Only documents newer than this one; the nearest come first then. */
  newerThan?: string | undefined;
  limit: number;
};

/** The sandbox's memory: documents by id, listed newest first. */
export type SandboxStore = {
  /** Runs `work` alone, all or nothing. It may run again after a conflict, so it must have no effect outside. */
  transaction: <T>(work: (tx: SandboxTransaction) => Promise<T>) => Promise<T>;
};

export type SandboxTransaction = {
  get: (id: string) => Promise<SandboxRow | null>;
  /** Writes the document whole; the order of creation stays that of the first write. */
  put: (row: SandboxRow) => Promise<void>;
  list: (query: SandboxQuery) => Promise<SandboxRow[]>;
  /** Documents of a kind whose time has come, longest due first. */
  due: (query: { kind: string; now: Date; limit: number }) => Promise<SandboxRow[]>;
  /** When the next document of a kind falls due; null when none will. */
  nextDue: (kind: string) => Promise<Date | null>;
};

/** Keeps the sandbox's memory in table `sandbox_object`. */
export function createSandboxStore(ctx: Pick<Ctx, "db">): SandboxStore {
  return {
    transaction: (work) =>
      inTransaction(ctx.db, async (tx) => {
        // One at a time: a simulator has to be right about two refunds at once, not fast.
        await tx.execute(sql`select pg_advisory_xact_lock(hashtext('ratebook.sandbox'))`);
        return work(operations(tx));
      }),
  };
}

function operations(tx: Transaction): SandboxTransaction {
  return {
    get: async (id) => {
      const [row] = await tx.select().from(sandboxObject).where(eq(sandboxObject.id, id));
      return row ? toRow(row) : null;
    },
    put: async (row) => {
      const { refs, dueAt, data } = row;
      const values = { id: row.id, kind: row.kind, createdAt: row.createdAt, refs: [...refs], dueAt, data };
      await tx
        .insert(sandboxObject)
        .values(values)
        .onConflictDoUpdate({ target: sandboxObject.id, set: { refs: values.refs, dueAt, data } });
    },
    list: async (query) => {
      const edge = query.olderThan ?? query.newerThan;
      const seq = edge === undefined ? null : await seqOf(tx, edge);
      if (edge !== undefined && seq === null) return [];
      const rows = await tx
        .select()
        .from(sandboxObject)
        .where(
          and(
            eq(sandboxObject.kind, query.kind),
            query.ref === undefined ? undefined : arrayContains(sandboxObject.refs, [query.ref]),
            query.createdSince && gte(sandboxObject.createdAt, query.createdSince),
            query.createdUntil && lte(sandboxObject.createdAt, query.createdUntil),
            query.olderThan !== undefined && seq !== null ? lt(sandboxObject.seq, seq) : undefined,
            query.newerThan !== undefined && seq !== null ? gt(sandboxObject.seq, seq) : undefined,
          ),
        )
        .orderBy(query.newerThan === undefined ? desc(sandboxObject.seq) : asc(sandboxObject.seq))
        .limit(query.limit);
      return rows.map(toRow);
    },
    due: async ({ kind, now, limit }) => {
      const rows = await tx
        .select()
        .from(sandboxObject)
        .where(and(eq(sandboxObject.kind, kind), lte(sandboxObject.dueAt, now)))
        .orderBy(asc(sandboxObject.dueAt), asc(sandboxObject.seq))
        .limit(limit);
      return rows.map(toRow);
    },
    nextDue: async (kind) => {
      const [row] = await tx
        .select({ dueAt: sandboxObject.dueAt })
        .from(sandboxObject)
        .where(and(eq(sandboxObject.kind, kind), sql`${sandboxObject.dueAt} is not null`))
        .orderBy(asc(sandboxObject.dueAt))
        .limit(1);
      return row?.dueAt ?? null;
    },
  };
}

async function seqOf(tx: Transaction, id: string): Promise<bigint | null> {
  const [row] = await tx
    .select({ seq: sandboxObject.seq })
    .from(sandboxObject)
    .where(eq(sandboxObject.id, id));
  return row?.seq ?? null;
}

function toRow(row: typeof sandboxObject.$inferSelect): SandboxRow {
  return {
    id: row.id,
    kind: row.kind,
    refs: row.refs,
    dueAt: row.dueAt,
    createdAt: row.createdAt,
    data: row.data,
  };
}
