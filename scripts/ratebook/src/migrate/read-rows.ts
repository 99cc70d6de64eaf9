import { err, ok, parseUsd, type Result, readCsv } from "@ratebook/core";
import { z } from "zod";

/** A row with the line it stands on. */
export type Row<T> = { line: number; value: T };
/** What is wrong with a file, a line each. */
export type RowProblem = { line: number; message: string };

/** Dollars as plain decimal text of at most 9 places, at least 0; empty is 0. */
const Usd = z
  .string()
  .trim()
  .transform((text, ctx) => {
    const amount = parseUsd(text === "" ? "0" : text);
    if (amount.ok) return amount.value;
    ctx.addIssue({ code: "custom", message: amount.error.message });
    return z.NEVER;
  });
const OptionalUsd = z.union([z.literal("").transform(() => undefined), Usd]).optional();

const Text = z.string().trim().max(255);

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
  expires_at: z.union([z.literal("").transform(() => undefined), z.coerce.date()]).optional(),
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
      const [issue] = parsed.error.issues;
      const ours = String(issue?.path[0] ?? "row");
      const missing = places.get(ours) === -1 ? `there is no column ${columns[ours] ?? ours}` : null;
      problems.push({
        line,
        message: missing ?? `${columns[ours] ?? ours}: ${issue?.message ?? "is not valid"}`,
      });
    }
  }
  return problems.length > 0 ? err(problems.slice(0, MOST_PROBLEMS)) : ok(rows);
}

const MOST_PROBLEMS = 50;
