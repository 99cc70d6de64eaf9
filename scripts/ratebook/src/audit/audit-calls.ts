import { type Ctx, previewPrice } from "@ratebook/billing";
import type { Nanos } from "@ratebook/core";
import type { ReadCall } from "./logged-call.ts";
import type { LogRecord } from "./read-records.ts";
import { type Audit, createTally } from "./tally.ts";

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
  const tally = createTally();
  for await (const { place, record } of records) {
    const count = tally.count();
    if (count % 100_000 === 0) onProgress(count);
    const call = read(record);
    if (call.kind === "skipped") {
      tally.skip(call.reason);
      continue;
    }
    const priced = call.kind === "call" ? await priceOf(ctx, call, prices) : call;
    if (priced.kind === "invalid") tally.refuse(`record ${place}`, priced.message);
    else if (call.kind === "call") {
      const { offering, logged } = call;
      tally.add({ offering, count: 1, logged, list: priced.list, unpriced: priced.unpriced });
    }
  }
  return tally.done();
}

type Priced =
  | { kind: "priced"; list: Nanos | null; unpriced: string | null }
  | { kind: "invalid"; message: string };

async function priceOf(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  { offering, usage, dimensions, occurredAt }: Extract<ReadCall, { kind: "call" }>,
  prices: "then" | "now",
): Promise<Priced> {
  const at = prices === "then" ? { at: occurredAt } : {};
  const priced = await previewPrice(ctx, null, { offering, usage, dimensions, ...at });
  if (priced.ok) return { kind: "priced", list: priced.value?.upstream ?? null, unpriced: null };
  if (priced.error.kind === "unrated") return { kind: "priced", list: null, unpriced: priced.error.reason };
  if (priced.error.kind !== "validation_error") {
    throw new Error(`invariant broken: everybody's price needs no customer, ${priced.error.kind}`);
  }
  return { kind: "invalid", message: `${priced.error.field} ${priced.error.message}` };
}
