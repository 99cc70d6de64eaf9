import type { Result } from "../../result.ts";
import type { BuiltInMeter } from "../meters.ts";
import { isMeterName, type Pools, poolsOf } from "../pools.ts";
import { parseQuantity, type Quantity, quantity } from "../quantity.ts";
import { type UsageError, usageError } from "../usage-error.ts";

/** A reported quantity, in billionths, with the field it was read from. */
export type Count = { value: bigint; field: string; given: boolean };

/** Exclusive pools before they are checked. */
export type PoolDraft = { readonly [meter in BuiltInMeter]?: Count };

/**
 * Reads one usage object field by field. The first thing wrong is remembered and reading goes on with zeros, so a
 * normaliser is written without a branch per field. A field nobody reads is an error at the end unless there is
 * nothing in it: what is not understood may be billable, and would otherwise be free.
 */
export type UsageReader = {
  /** A whole number of units; 0 where absent or null. */
  count(name: string): Count;
  /** As `count`, but absent or null is an error. */
  required(name: string): Count;
  /** A quantity that may have decimals. */
  quantity(name: string, meter: BuiltInMeter): Count;
  /** Text; "" where absent or null. */
  text(name: string): string;
  has(name: string): boolean;
  /** Whether the field is an object with fields of its own. */
  isGroup(name: string): boolean;
  /** An object in a field; one without fields where absent or null. */
  group(name: string): UsageReader;
  /** The objects of a list; none where absent or null. */
  list(name: string): UsageReader[];
  /** Fields that bill nothing: totals of other things, times, costs, and names that select rates. */
  ignore(...names: string[]): void;
  ignoreRest(): void;
  /** What is left of `total` once `parts` are taken out; a part that does not fit is the field in error. */
  rest(total: Count, ...parts: Count[]): Count;
  /** One number reported under several names; names that are given and differ are an error. */
  same(...spellings: Count[]): Count;
  fail(field: string, message: string): void;
};

/** Reads a raw usage object with `read` into pools; the first error, in reading order, names its field. */
export function readUsage(raw: unknown, read: (usage: UsageReader) => PoolDraft): Result<Pools, UsageError> {
  if (!isObject(raw)) return usageError("usage", "must be an object");
  const report: Report = { failure: null, unread: [] };
  const draft = read(createReader(raw, "usage", report));
  for (const check of report.unread) check();
  if (report.failure !== null) return { ok: false, error: report.failure };
  return { ok: true, value: poolsOf(entriesOf(draft)) };
}

/** A count of nothing. */
export const none: Count = { value: 0n, field: "", given: false };

/** A sum of counts, named by the first that has a name. */
export const plus = (...counts: Count[]): Count => ({
  value: counts.reduce((sum, count) => sum + count.value, 0n),
  field: counts.find((count) => count.field !== "")?.field ?? "",
  given: counts.some((count) => count.given),
});

type Report = { failure: UsageError | null; unread: (() => void)[] };
type Fields = { readonly [name: string]: unknown };

function createReader(fields: Fields, path: string, report: Report): UsageReader {
  const read = new Set<string>();
  const fieldOf = (name: string): string => `${path}.${name}`;
  const fail = (field: string, message: string): void => {
    report.failure ??= { kind: "invalid_usage", field, message };
  };
  const take = (name: string): unknown => {
    read.add(name);
    return Object.hasOwn(fields, name) ? fields[name] : undefined;
  };
  const quantityOf = (name: string, meter: BuiltInMeter): Count => {
    const field = fieldOf(name);
    const value = take(name);
    if (value === undefined || value === null) return { value: 0n, field, given: false };
    if (typeof value !== "number") fail(field, "must be a number");
    const parsed = parseQuantity(typeof value === "number" ? value : 0, meter, undefined, field);
    if (!parsed.ok) fail(field, parsed.error.message);
    return { value: parsed.ok ? parsed.value : 0n, field, given: true };
  };
  const isGroup = (name: string): boolean => isObject(take(name));
  const reader: UsageReader = {
    fail,
    isGroup,
    // Any token meter will do: counts of all of them are whole.
    count: (name) => quantityOf(name, "input_tokens"),
    quantity: quantityOf,
    required(name) {
      const count = quantityOf(name, "input_tokens");
      if (!count.given) fail(count.field, "must be present");
      return count;
    },
    text(name) {
      const value = take(name) ?? "";
      if (typeof value !== "string") fail(fieldOf(name), "must be text");
      return typeof value === "string" ? value : "";
    },
    has: (name) => (take(name) ?? null) !== null,
    group(name) {
      const value = take(name) ?? {};
      if (!isObject(value)) fail(fieldOf(name), "must be an object");
      return createReader(isObject(value) ? value : {}, fieldOf(name), report);
    },
    list(name) {
      const value = take(name) ?? [];
      if (!Array.isArray(value)) fail(fieldOf(name), "must be a list");
      const items: unknown[] = Array.isArray(value) ? value : [];
      return items.map((item, index) => {
        const at = `${fieldOf(name)}[${index}]`;
        if (!isObject(item)) fail(at, "must be an object");
        return createReader(isObject(item) ? item : {}, at, report);
      });
    },
    ignore(...names) {
      for (const name of names) read.add(name);
    },
    ignoreRest() {
      for (const name of Object.keys(fields)) read.add(name);
    },
    rest(total, ...parts) {
      let value = total.value;
      for (const part of parts) {
        value -= part.value;
        if (value < 0n) fail(part.field, `is more than what ${total.field} leaves for it`);
      }
      return { ...total, value };
    },
    same(...spellings) {
      const given = spellings.filter((count) => count.given);
      const [first = none] = given;
      for (const other of given) {
        if (other.value !== first.value)
          fail(other.field, `differs from ${first.field}, which reports the same`);
      }
      return first;
    },
  };
  report.unread.push(() => {
    for (const [name, value] of Object.entries(fields)) {
      if (!read.has(name) && !isEmpty(value))
        fail(fieldOf(name), "is not a known field, and may be billable");
    }
  });
  return reader;
}

function* entriesOf(draft: PoolDraft): Generator<readonly [BuiltInMeter, Quantity]> {
  for (const [meter, count] of Object.entries(draft)) {
    if (isMeterName(meter) && isBuiltIn(meter)) yield [meter, quantity(count.value)];
  }
}

const isBuiltIn = (meter: string): meter is BuiltInMeter => !meter.startsWith("x_");

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing that could be billed: absent, null, false, 0, "", or a list or object of such, not nested deeply. */
function isEmpty(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return !value && !Number.isNaN(value);
  return depth < DEEPEST && Object.values(value).every((part) => isEmpty(part, depth + 1));
}

/** No provider nests usage deeper; it bounds the recursion hostile input can cause. */
const DEEPEST = 8;
