import { hash } from "node:crypto";
import type { z } from "zod";
import { issueSentence } from "../issue-sentence.ts";

/** How the record spells a field of the event that was made of it, so that its sender finds what was refused. */
export type WordOf = (field: string) => string;

/** What one record of another system became: a usage event as `POST /api/v1/usage` takes it, or why it is none. */
export type ForeignEvent =
  | { kind: "event"; event: Record<string, unknown>; wordOf: WordOf }
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

/** Spells fields as a record does whose parts have other names: the longest beginning that is known is put in its place. */
export function spelling(
  names: { readonly [field: string]: string },
  others = (field: string) => field,
): WordOf {
  const known = Object.keys(names).sort((a, b) => b.length - a.length);
  return (field) => {
    const start = known.find(
      (name) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`),
    );
    if (start === undefined) return others(field);
    // What stands in the record itself has no name before it.
    return `${names[start] ?? start}${field.slice(start.length)}`.replace(/^\./, "");
  };
}

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
