import { z } from "zod";
import type { BatchResult } from "../debit-batch.ts";
import { describeFailure, failed } from "../failures.ts";
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

/** Whether no money is to move. Throws the failure a door tells where the header says neither: a guess would debit. */
export function isShadow(header: (name: string) => string | undefined): boolean {
  const said = header("x-ratebook-shadow") ?? "0";
  if (["1", "true"].includes(said)) return true;
  if (["0", "false"].includes(said)) return false;
  throw failed({ kind: "validation_error", field: "X-Ratebook-Shadow", message: "must be 1 or 0" });
}

/** Writes one result; a refused event says why as an error body would. */
export function wireResult(result: BatchResult): Record<string, unknown> {
  if (!("failure" in result)) return { index: result.index, ...wireUsage(result) };
  const { index, status, failure } = result;
  const { code, message, details, fields } = describeFailure(failure);
  return { ...fields, index, status, error: message, code, details };
}
