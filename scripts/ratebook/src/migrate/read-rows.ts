import { err, ok, parseUsd, type Result, readCsv, readInstant } from "@ratebook/core";
import { z } from "zod";

/** A row with the line it stands on. */
export type Row<T> = { line: number; value: T };
/** What is wrong with a file, a line each. */
export type RowProblem = { line: number; message: string };

/** Dollars as plain decimal text of at most 9 places, at least 0. An empty cell is no amount: nobody said it is 0. */
const Usd = z
  .string()
  .trim()
  .transform((text, ctx) => {
    const amount = parseUsd(text);
    if (amount.ok) return amount.value;
    ctx.addIssue({ code: "custom", message: amount.error.message });
    return z.NEVER;
  });
const OptionalUsd = z.union([z.literal("").transform(() => undefined), Usd]).optional();

const Text = z.string().trim().max(255);

/** An instant as databases export it: `2026-11-22 10:00:00+00`; UTC where it names no zone. */
const Instant = z.string().transform((text, ctx) => {
  const at = readInstant(text.trim());
  if (at !== null) return at;
  ctx.addIssue({ code: "custom", message: "must be an instant" });
  return z.NEVER;
});

export const CustomerRow = z.object({
  external_id: Text.min(1),
  name: Text.min(1),
  email: z.union([z.literal("").transform(() => undefined), z.email()]).optional(),
  balance: Usd,
  promotional_balance: OptionalUsd,
  stripe_customer_id: z
    .union([
      z.literal("").transform(() => undefined),
      z.string().regex(/^cus_\w+$/, "must be an id like cus_…"),
    ])
    .optional(),
  stripe_payment_method_id: z
    .union([
      z.literal("").transform(() => undefined),
      z.string().regex(/^(?:pm|card)_\w+$/, "must be an id like pm_…"),
    ])
    .optional(),
  auto_top_up_threshold: OptionalUsd,
  auto_top_up_amount: OptionalUsd,
});
export type CustomerRow = z.output<typeof CustomerRow>;

export const KeyRow = z.object({
  external_id: Text.min(1),
  hash: Text.toLowerCase().regex(/^[0-9a-f]{64}$/, "must be the 64 hexadecimal digits of a SHA-256"),
  prefix: Text.default("").transform((text) => text || "taken"),
  last_four: Text.default("").transform((text) => text || "…"),
  name: Text.default("").transform((text) => text || "taken over"),
  expires_at: z.union([z.literal("").transform(() => undefined), Instant]).optional(),
});
export type KeyRow = z.output<typeof KeyRow>;

/**
 * Reads a CSV file with a header into rows of a schema.
 *
 * @param columns their name of our column, where it differs
 * @returns every problem of the file, at most 50, with its line; nothing is read past a broken quote
 */
export function readRows<T>(
  text: string,
  schema: z.ZodType<T> & { shape: Record<string, unknown> },
  columns: { readonly [ours: string]: string | undefined },
): Result<Row<T>[], RowProblem[]> {
  const records = readCsv(text);
  if (!records.ok) return err([records.error]);
  const [header, ...lines] = records.value;
  if (header === undefined) return err([{ line: 1, message: "the file is empty" }]);
  const theirs = header.cells.map((cell) => cell.trim());
  const twice = theirs.find((cell, at) => theirs.indexOf(cell) !== at);
  if (twice !== undefined) return err([{ line: header.line, message: `the column ${twice} is there twice` }]);
  const places = new Map(
    Object.keys(schema.shape).map((ours) => [ours, theirs.indexOf(columns[ours] ?? ours)] as const),
  );
  const nameOf = (ours: string): string => columns[ours] ?? ours;
  const missing = [...places].filter(([ours, at]) => at === -1 && !isOptional(schema, ours));
  if (missing.length > 0) {
    const message = `there is no column ${missing.map(([ours]) => nameOf(ours)).join(", ")}`;
    return err([{ line: header.line, message }]);
  }
  const wordsOf = ({ path, code, message }: z.core.$ZodIssue): string => {
    const ours = String(path[0] ?? "row");
    return `${nameOf(ours)}: ${code === "invalid_union" ? (UNION_WORDS[ours] ?? message) : message}`;
  };
  const rows: Row<T>[] = [];
  const problems: RowProblem[] = [];
  for (const { line, cells } of lines) {
    if (cells.length !== theirs.length) {
      problems.push({ line, message: `has ${cells.length} cells, and the header ${theirs.length}` });
      continue;
    }
    const record: Record<string, string> = {};
    for (const [ours, place] of places) {
      const cell = cells[place];
      if (cell !== undefined) record[ours] = cell;
    }
    const parsed = schema.safeParse(record);
    if (parsed.success) rows.push({ line, value: parsed.data });
    else {
      for (const issue of parsed.error.issues) problems.push({ line, message: wordsOf(issue) });
    }
  }
  return problems.length > 0 ? err(problems.slice(0, MOST_PROBLEMS)) : ok(rows);
}

/** Whether a row may do without a column of ours. */
const isOptional = (schema: { shape: Record<string, unknown> }, ours: string): boolean => {
  const field = schema.shape[ours];
  return field instanceof z.ZodType && field.safeParse(undefined).success;
};

/** What a cell that may be empty must be otherwise. */
const UNION_WORDS: { readonly [ours: string]: string } = {
  email: "must be an e-mail address, or empty",
  stripe_customer_id: "must be an id like cus_…, or empty",
  stripe_payment_method_id: "must be an id like pm_…, or empty",
  auto_top_up_threshold: "must be dollars with at most 9 decimal places, or empty",
  auto_top_up_amount: "must be dollars with at most 9 decimal places, or empty",
  expires_at: "must be an instant such as 2026-11-22T00:00:00Z, or empty",
};

const MOST_PROBLEMS = 50;
