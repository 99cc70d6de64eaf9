import type { z } from "zod";
import type { ForeignEvent } from "../ingest/foreign-event.ts";
import type { DebitBatchInput } from "../inputs/billing.ts";
import type { Caller } from "../root.ts";
import { wireResult } from "./batch-wire.ts";

/**
 * Records what foreign records became, and answers each in its place: those that are no usage say why, and hide none of
 * the others.
 */
export async function ingestEvents(
  caller: Caller,
  records: readonly ForeignEvent[],
  { customer, shadow }: { customer: string | undefined; shadow: boolean },
): Promise<Record<string, unknown>[]> {
  const results: Record<string, unknown>[] = records.map((record, index) => {
    if (record.kind === "skipped") return { index, status: "skipped", reason: record.reason };
    if (record.kind === "event") return { index };
    const { field, message } = record;
    const error = `${field}: ${message}`;
    return { index, status: "invalid", error, code: "validation_error", details: { field, message } };
  });
  const places = records.flatMap((record, index) => (record.kind === "event" ? [index] : []));
  const events = records.flatMap((record) => (record.kind === "event" ? [unparsed(record.event)] : []));
  if (events.length === 0) return results;
  const recorded = await caller.billing.debitBatch({ customer, shadow, events });
  for (const result of recorded.results) {
    const index = places[result.index] ?? result.index;
    results[index] = wireResult({ ...result, index });
  }
  return results;
}

type Event = z.input<typeof DebitBatchInput>["events"][number];

/** The procedure parses every event by itself, so nothing is known of it yet. */
const unparsed = (event: unknown): Event => event as Event;
