import { err, formatUsd, nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { DIMENSIONS, type Dimension, type UsageFilters } from "./dimension.ts";
import { type ExploreUsageError, type Granularity, intervalRefusal } from "./explore-usage.ts";
import { type ExportColumn, type ExportRow, eventColumns, groupColumns } from "./export-columns.ts";
import { eventRows } from "./export-events.ts";
import { groupRows } from "./export-groups.ts";
import { csvChunks, jsonChunks } from "./export-text.ts";
import { resolveInterval } from "./resolve-interval.ts";
import { usageReader } from "./usage-reader.ts";
import { zonePeriods } from "./zone-periods.ts";

/** What an export has a line for: a period, a value of a dimension, or an event. */
export const EXPORT_TYPES = ["timeseries", "events", ...DIMENSIONS] as const;
export type ExportType = (typeof EXPORT_TYPES)[number];

export type ExportUsageInput = {
  customer?: string | undefined;
  format: "csv" | "json";
  type: ExportType;
  /** Of a time series: a line for each value too. */
  groupBy?: Dimension | undefined;
  granularity: Granularity;
  /** An instant, or a day of the zone. Default: 30 days before the end. */
  from?: Date | string | undefined;
  /** A day is included. Default: the end of today, UTC. */
  to?: Date | string | undefined;
  filters: UsageFilters;
  zone: "utc" | "organization";
};

/** A document to be written as it is made: nothing of it is kept. */
export type UsageExport = { name: string; contentType: string; chunks: AsyncIterable<string> };

/** Rows on their way, and at the end what the ledger says they add up to. */
export type ExportSource = AsyncGenerator<ExportRow[], ExportTotal>;
export type ExportTotal = {
  ledger: bigint;
  /** The moment that rows and sum are of: what was recorded later is in neither. */
  asOf: Date;
  /** By tag: what has several tags is in a row of each, and this, below zero, takes out what is there more than once. */
  severalTags: ExportRow | null;
};

/**
 * Writes usage as CSV or JSON, row by row: memory does not grow with it, and it is made no faster than it is read.
 *
 * All of it is of one moment, which the last line names, and no transaction is open while it is read. The last line is the
 * ledger's own sum over the same events, added up from entries; an export whose rows do not add up to it to the nano
 * breaks off instead of ending. Whoever stops reading ends what the database is doing for it.
 */
export async function exportUsage(
  ctx: Pick<Ctx, "sql" | "clock" | "newId">,
  actor: Actor,
  input: ExportUsageInput,
): Promise<Result<UsageExport, ExploreUsageError>> {
  const { format, type, groupBy, filters } = input;
  const dimension = type === "timeseries" ? groupBy : type === "events" ? "member" : type;
  const named = Object.keys(filters).filter((it): it is Dimension => filters[it as Dimension] !== undefined);
  const reader = await usageReader(ctx, actor, input.customer, [...(dimension ? [dimension] : []), ...named]);
  if (!reader.ok) return reader;
  const timeZone = input.zone === "organization" ? reader.value.timeZone : "UTC";
  const { from, to } = await intervalOf(ctx, input, timeZone);
  const granularity = type === "timeseries" ? input.granularity : "month";
  const invalid = type === "events" ? emptyInterval(from, to) : intervalRefusal({ from, to, granularity });
  if (invalid !== null) return err(invalid);
  const { customerId, seesCosts } = reader.value;
  const range = { customerId, from, to, filters };
  const periods = type === "timeseries" ? await zonePeriods(ctx, range, granularity, timeZone) : [];
  const grouped = {
    ...range,
    granularity: type === "timeseries" ? granularity : null,
    periods,
    dimension,
    timeZone,
  };
  const stopping = new AbortController();
  const [columns, rows]: [ExportColumn[], ExportSource] =
    type === "events" && customerId !== null
      ? [eventColumns(seesCosts), eventRows(ctx, { ...range, customerId }, stopping.signal)]
      : [groupColumns(grouped, seesCosts), groupRows(ctx, grouped, stopping.signal)];
  const head = { type, from: from.toISOString(), to: to.toISOString(), timeZone };
  const days = [from, new Date(to.getTime() - 1)].map((at) => at.toISOString().slice(0, 10)).join("-to-");
  return ok({
    name: `usage-${type}-${days}.${format}`,
    contentType: format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
    chunks: untilStopped(
      format === "csv" ? csvChunks(columns, footed(rows)) : jsonChunks(head, columns, footed(rows)),
      stopping,
    ),
  });
}

/** A generator hears that nobody reads on only between its queries; this tells the one under way. */
const untilStopped = (chunks: AsyncGenerator<string>, stopping: AbortController): AsyncIterable<string> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => chunks.next(),
    return: () => {
      stopping.abort();
      return chunks.return(undefined);
    },
  }),
});

/** Passes rows on and refuses to end where they do not add up to the ledger. */
async function* footed(rows: ExportSource): ExportSource {
  let sum = 0n;
  for (;;) {
    const next = await rows.next();
    if (next.done === true) {
      const { ledger, severalTags } = next.value;
      sum += severalTags?.amount ?? 0n;
      if (sum === ledger) return next.value;
      const texts = [sum, ledger].map((amount) => formatUsd(nanos(amount)));
      throw new Error(`an export of ${texts[0]} does not foot to the ledger's ${texts[1]}`);
    }
    for (const { amount } of next.value) sum += amount;
    yield next.value;
  }
}

async function intervalOf(
  ctx: Pick<Ctx, "sql" | "clock">,
  input: Pick<ExportUsageInput, "from" | "to">,
  timeZone: string,
): Promise<{ from: Date; to: Date }> {
  const end = input.to ?? new Date((Math.floor(ctx.clock().getTime() / DAY_MS) + 1) * DAY_MS);
  const { to } = await resolveInterval(ctx, { from: EPOCH, to: end }, timeZone);
  const from = input.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
  return resolveInterval(ctx, { from, to }, timeZone);
}

function emptyInterval(from: Date, to: Date) {
  if (from < to) return null;
  return { kind: "validation_error" as const, field: "from", message: "must be before to" };
}

const EPOCH = new Date(0);
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
