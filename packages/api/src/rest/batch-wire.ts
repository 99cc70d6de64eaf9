import { z } from "zod";
import type { BatchResult } from "../debit-batch.ts";
import { describeFailure } from "../failures.ts";
import { wireUsage } from "./usage-wire.ts";

/** What became of one event of a batch, on the wire. */
export const batchResult = z.looseObject({
  index: z.number(),
  status: z.enum([
    "debited",
    "replayed",
    "parked",
    "shadow",
    "refused",
    "unrated",
    "invalid",
    "conflict",
    "skipped",
  ]),
});

export const SHADOW_HEADER = {
  "X-Ratebook-Shadow": { description: "`1`: the usage is rated and recorded, and no money moves" },
};

export const isShadow = (header: (name: string) => string | undefined): boolean =>
  ["1", "true"].includes(header("x-ratebook-shadow") ?? "");

/** Writes one result; a refused event says why as an error body would. */
export function wireResult(result: BatchResult): Record<string, unknown> {
  if (!("failure" in result)) return { index: result.index, ...wireUsage(result) };
  const { index, status, failure } = result;
  const { code, message, details, fields } = describeFailure(failure);
  return { ...fields, index, status, error: message, code, details };
}
