import { hash } from "node:crypto";
import type { z } from "zod";
import { issueSentence } from "../issue-sentence.ts";

/** What one record of another system became: a usage event as `POST /api/v1/usage` takes it, or why it is none. */
export type ForeignEvent =
  | { kind: "event"; event: Record<string, unknown> }
  /** Nothing was used, or nothing an upstream charges for. */
  | { kind: "skipped"; reason: string }
  | { kind: "invalid"; field: string; message: string };

/**
 * The idempotency key of a foreign record: repeated deliveries of one record are one event.
 *
 * @param parts what identifies the record there; hashed, because such names may be longer than a key
 */
export const foreignKey = (system: string, ...parts: string[]): string =>
  `${system}-${hash("sha256", JSON.stringify(parts), "hex")}`;

export const invalid = (field: string, message: string): ForeignEvent => ({
  kind: "invalid",
  field,
  message,
});

/** Parses a record and maps it; the first thing wrong is told with its place in the record. */
export function mapRecord<T>(
  schema: z.ZodType<T>,
  record: unknown,
  map: (value: T) => ForeignEvent,
): ForeignEvent {
  const parsed = schema.safeParse(record, { error: issueSentence });
  if (parsed.success) return map(parsed.data);
  const [issue] = parsed.error.issues;
  return invalid(issue?.path.map(String).join(".") || "event", issue?.message ?? "is not a usage event");
}
