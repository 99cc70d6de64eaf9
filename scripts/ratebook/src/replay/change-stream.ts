import { z } from "zod";

/** One version of a source's file, as the recorded stream has it. */
export type StreamVersion = {
  at: Date;
  commit: string;
  /** What was wrong with a version that was no JSON; it changes nothing. */
  invalid: string | null;
  removed: readonly string[];
  changes: readonly FieldChange[];
};

/** A field of a model's row and its old and new value; null where it was or is absent. */
export type FieldChange = {
  model: string;
  field: string;
  before: FieldValue;
  after: FieldValue;
};
type FieldValue = number | string | null;

/** A model's row in the source's own form. */
export type Row = { [field: string]: unknown };

/**
 * Reads a stream: one JSON line a version.
 *
 * @throws where a line is not one
 */
export function readStream(text: string): StreamVersion[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const { d, c, badjson, rem, ch } = Line.parse(JSON.parse(line));
      return {
        at: new Date(`${d}T12:00:00Z`),
        commit: c,
        invalid: badjson ?? null,
        removed: rem,
        changes: ch.map(([model, field, before, after]) => ({ model, field, before, after })),
      };
    });
}

/**
 * The rows of the models a stream changes, as they were before its first version: what a recorded document says of
 * them, with the first known value of every field that changes.
 *
 * @param recorded rows of recorded documents, oldest first; the first that has a model says what it is
 */
export function firstRows(
  versions: readonly StreamVersion[],
  recorded: readonly ReadonlyMap<string, Row>[],
): Map<string, Row> {
  const rows = new Map<string, Row>();
  const settled = new Set<string>();
  for (const { model, field, before } of versions.flatMap(({ changes }) => changes)) {
    const row = rows.get(model) ?? startOf(model, recorded);
    rows.set(model, row);
    if (settled.has(`${model} ${field}`)) continue;
    settled.add(`${model} ${field}`);
    setField(row, field, before);
  }
  return rows;
}

/** Sets a field of a row; `a.b` is the field `b` inside `a`. */
export function setField(row: Row, path: string, value: FieldValue): void {
  const [field = path, ...inner] = path.split(".");
  if (inner.length > 0) {
    const nested: Row = { ...Nested.catch({}).parse(row[field]) };
    setField(nested, inner.join("."), value);
    row[field] = nested;
  } else if (value === null) delete row[field];
  else row[field] = value;
}

function startOf(model: string, recorded: readonly ReadonlyMap<string, Row>[]): Row {
  const known = recorded.find((rows) => rows.has(model))?.get(model);
  if (known !== undefined) return structuredClone(known);
  // The stream does not say who sells a model; a key starts with its route where it has one.
  const slash = model.indexOf("/");
  return { litellm_provider: slash > 0 ? model.slice(0, slash) : "unknown", mode: "chat" };
}

const Value = z.union([z.number(), z.string(), z.null()]);
const Nested = z.record(z.string(), z.unknown());
const Line = z.object({
  d: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  c: z.string(),
  badjson: z.string().optional(),
  rem: z.array(z.string()).default([]),
  ch: z.array(z.tuple([z.string(), z.string(), Value, Value])).default([]),
});
