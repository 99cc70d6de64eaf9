import { type Ctx, previewPrice } from "@ratebook/billing";
import { type Nanos, nanos, negate } from "@ratebook/core";
import type { ReadCall } from "./logged-call.ts";
import type { LogRecord } from "./read-records.ts";

/** One model's calls: what the log says they cost, and what they cost by the catalogue. */
export type AuditedModel = {
  offering: string;
  calls: number;
  /** Calls with both, of which the three amounts are. */
  compared: number;
  logged: Nanos;
  list: Nanos;
  /** `logged` − `list`: above 0 the log has too much. */
  difference: Nanos;
  /** Calls without a price at their time. */
  unpriced: number;
};

export type Audit = {
  models: AuditedModel[];
  records: number;
  skipped: { [reason: string]: number };
  /** The first few records that could not be read, and how many there are. */
  invalid: { count: number; examples: { place: number; message: string }[] };
};

/**
 * Prices logged calls by the catalogue, at the time of each or at this instant, and adds up by model; the greatest
 * differences first.
 */
export async function auditCalls(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  records: AsyncIterable<LogRecord>,
  read: (record: unknown) => ReadCall,
  prices: "then" | "now",
  onProgress: (records: number) => void = () => {},
): Promise<Audit> {
  const models = new Map<string, AuditedModel>();
  const audit: Audit = { models: [], records: 0, skipped: {}, invalid: { count: 0, examples: [] } };
  for await (const { place, record } of records) {
    audit.records += 1;
    if (audit.records % 100_000 === 0) onProgress(audit.records);
    const call = read(record);
    if (call.kind === "skipped") {
      audit.skipped[call.reason] = (audit.skipped[call.reason] ?? 0) + 1;
      continue;
    }
    const priced = call.kind === "call" ? await priceOf(ctx, call, prices) : call;
    if (priced.kind === "invalid") {
      audit.invalid.count += 1;
      if (audit.invalid.examples.length < MOST_EXAMPLES)
        audit.invalid.examples.push({ place, message: priced.message });
      continue;
    }
    if (call.kind !== "call") continue;
    const before = models.get(call.offering) ?? { ...EMPTY, offering: call.offering };
    const compared = priced.list !== null && call.logged !== null;
    const [logged, list] = compared ? [call.logged ?? 0n, priced.list ?? 0n] : [0n, 0n];
    models.set(call.offering, {
      offering: call.offering,
      calls: before.calls + 1,
      compared: before.compared + (compared ? 1 : 0),
      logged: nanos(before.logged + logged),
      list: nanos(before.list + list),
      difference: nanos(before.difference + logged - list),
      unpriced: before.unpriced + (priced.list === null ? 1 : 0),
    });
  }
  const size = ({ difference }: AuditedModel): bigint => (difference < 0n ? negate(difference) : difference);
  audit.models = [...models.values()].sort((a, b) =>
    size(a) === size(b) ? b.calls - a.calls : size(a) < size(b) ? 1 : -1,
  );
  return audit;
}

type Priced = { kind: "priced"; list: Nanos | null } | { kind: "invalid"; message: string };

async function priceOf(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  { offering, usage, dimensions, occurredAt }: Extract<ReadCall, { kind: "call" }>,
  prices: "then" | "now",
): Promise<Priced> {
  const at = prices === "then" ? { at: occurredAt } : {};
  const priced = await previewPrice(ctx, null, { offering, usage, dimensions, ...at });
  if (priced.ok) return { kind: "priced", list: priced.value?.upstream ?? null };
  if (priced.error.kind === "unrated") return { kind: "priced", list: null };
  if (priced.error.kind !== "validation_error") {
    throw new Error(`invariant broken: everybody's price needs no customer, ${priced.error.kind}`);
  }
  return { kind: "invalid", message: `${priced.error.field} ${priced.error.message}` };
}

const EMPTY: Omit<AuditedModel, "offering"> = {
  calls: 0,
  compared: 0,
  logged: nanos(0n),
  list: nanos(0n),
  difference: nanos(0n),
  unpriced: 0,
};
const MOST_EXAMPLES = 10;
