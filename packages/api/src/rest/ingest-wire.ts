import { must } from "@ratebook/core";
import type { z } from "zod";
import type { AnyFailure } from "../any-failure.ts";
import type { ForeignEvent, WordOf } from "../ingest/foreign-event.ts";
import type { DebitBatchInput } from "../inputs/billing.ts";
import type { Caller } from "../root.ts";
import { wireResult } from "./batch-wire.ts";

/** What became of a record, as it is told, and the failure where it was not taken. */
export type IngestResult = { wire: Record<string, unknown>; failure: AnyFailure | null };

/**
 * Records what foreign records became, and answers each in its place: those that are no usage say why, and hide none of
 * the others.
 */
export async function ingestEvents(
  caller: Caller,
  records: readonly ForeignEvent[],
  { customer, shadow }: { customer: string | undefined; shadow: boolean },
): Promise<IngestResult[]> {
  const results: IngestResult[] = records.map((record, index) => {
    if (record.kind === "skipped")
      return { wire: { index, status: "skipped", reason: record.reason }, failure: null };
    if (record.kind === "event") return { wire: { index }, failure: null };
    const { field, message } = record;
    const failure = { kind: "validation_error", field, message } as const;
    return { wire: wireResult({ index, status: "invalid", failure }), failure };
  });
  const taken = records.flatMap((record, index) => (record.kind === "event" ? [{ index, ...record }] : []));
  const events = taken.map(({ event }) => unparsed(event));
  const recorded = await caller.billing.debitBatch({ customer, shadow, events });
  for (const result of recorded.results) {
    const { index, wordOf } = must(taken[result.index], "every event is answered by its place");
    if ("failure" in result) {
      const failure = asSent(result.failure, wordOf);
      results[index] = { wire: wireResult({ ...result, index, failure }), failure };
    } else results[index] = { wire: wireResult({ ...result, index }), failure: null };
  }
  return results;
}

/** A refusal in the sender's own words, for the field and for fields that the sentence names. */
const asSent = (failure: AnyFailure, wordOf: WordOf): AnyFailure =>
  failure.kind === "validation_error"
    ? {
        ...failure,
        field: wordOf(failure.field),
        message: failure.message.replace(/\busage\.raw[\w.[\]]*/g, wordOf),
      }
    : failure;

type Event = z.input<typeof DebitBatchInput>["events"][number];

/** The procedure parses every event by itself, so nothing is known of it yet. */
const unparsed = (event: unknown): Event => event as Event;
