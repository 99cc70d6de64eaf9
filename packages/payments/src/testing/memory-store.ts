import type { SandboxRow, SandboxStore, SandboxTransaction } from "@ratebook/billing";

/**
 * The sandbox's memory without a database, for tests that play thousands of histories: the same order of things, one
 * transaction at a time, all or nothing.
 */
export function createMemoryStore(): SandboxStore {
  // Insertion order is the order of creation, which a later write keeps.
  const rows = new Map<string, KeptRow>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    transaction: (work) => {
      const mine = last.then(async () => {
        const before = new Map<string, KeptRow | undefined>();
        try {
          return await work(operations(rows, before));
        } catch (error) {
          for (const [id, row] of before) {
            if (row === undefined) rows.delete(id);
            else rows.set(id, row);
          }
          throw error;
        }
      });
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Documents are kept as text, so that nobody changes what is kept by changing what they were given. */
type KeptRow = Omit<SandboxRow, "data"> & { text: string };

function operations(
  rows: Map<string, KeptRow>,
  before: Map<string, KeptRow | undefined>,
): SandboxTransaction {
  const sorted = (kind: string): KeptRow[] => [...rows.values()].filter((row) => row.kind === kind);
  return {
    get: async (id) => {
      const row = rows.get(id);
      return row === undefined ? null : read(row);
    },
    put: async ({ data, ...row }) => {
      if (!before.has(row.id)) before.set(row.id, rows.get(row.id));
      const createdAt = rows.get(row.id)?.createdAt ?? row.createdAt;
      rows.set(row.id, { ...row, createdAt, text: JSON.stringify(data) });
    },
    list: async ({ kind, ref, createdSince, createdUntil, olderThan, newerThan, limit }) => {
      const all = sorted(kind);
      const edge = all.findIndex(({ id }) => id === (olderThan ?? newerThan));
      if ((olderThan ?? newerThan) !== undefined && edge < 0) return [];
      const found = all.filter(
        (row, place) =>
          (ref === undefined || row.refs.includes(ref)) &&
          (createdSince === undefined || row.createdAt >= createdSince) &&
          (createdUntil === undefined || row.createdAt <= createdUntil) &&
          (olderThan === undefined || place < edge) &&
          (newerThan === undefined || place > edge),
      );
      return (newerThan === undefined ? found.reverse() : found).slice(0, limit).map(read);
    },
    due: async ({ kind, now, limit }) =>
      sorted(kind)
        .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
        .sort((a, b) => Number(a.dueAt) - Number(b.dueAt))
        .slice(0, limit)
        .map(read),
    nextDue: async (kind) => {
      const times = sorted(kind).flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt.getTime()]));
      return times.length === 0 ? null : new Date(Math.min(...times));
    },
  };
}

const read = ({ text, ...row }: KeptRow): SandboxRow => ({ ...row, data: JSON.parse(text) as unknown });
