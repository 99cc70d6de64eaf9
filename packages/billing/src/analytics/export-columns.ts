import { formatUsd, nanos } from "@ratebook/core";
import type { Dimension } from "./dimension.ts";
import type { Granularity } from "./explore-usage.ts";

/** A row of an export as it is read: the amount in nanos, everything else by name. */
export type ExportRow = { amount: bigint } & { readonly [name: string]: unknown };

/** A column: its name, and the text of its cell; null is an empty cell. `isJson`: the text is JSON as it stands. */
export type ExportColumn = { name: string; text: (row: ExportRow) => string | null; isJson?: true };

type Grouping = { granularity: Granularity | null; dimension: Dimension | undefined };

/** The columns of an export by period or by the values of a dimension. */
export const groupColumns = ({ granularity, dimension }: Grouping, seesCosts: boolean): ExportColumn[] => [
  ...(granularity === null ? [] : [instant("period_start", "start")]),
  ...(dimension === undefined ? [] : [text(dimension, "key"), text("name", "name")]),
  count("requests"),
  count("failed"),
  count("parked"),
  count("bills"),
  count("tokens"),
  money("amount_usd", "amount"),
  money("corrected_usd", "corrected"),
  ...(seesCosts ? costs : []),
];

/** The columns of an export of every event and correction. */
export const eventColumns = (seesCosts: boolean): ExportColumn[] => [
  text("id", "opId"),
  text("kind", "kind"),
  instant("occurred_at", "at"),
  instant("recorded_at", "recordedAt"),
  text("model", "offering"),
  text("agent", "agentId"),
  text("app", "appId"),
  text("key", "keyId"),
  text("member", "userId"),
  tags,
  text("billing", "billing"),
  text("quantities", "quantities"),
  text("corrects", "corrects"),
  count("requests"),
  count("tokens"),
  money("amount_usd", "amount"),
  ...(seesCosts ? costs : []),
];

const text = (name: string, field: string): ExportColumn => ({
  name,
  text: ({ [field]: value }) => (typeof value === "string" ? value : null),
});

const instant = (name: string, field: string): ExportColumn => ({
  name,
  text: ({ [field]: value }) => (value instanceof Date ? value.toISOString() : null),
});

const count = (name: string): ExportColumn => ({
  name,
  text: ({ [name]: value }) => (typeof value === "bigint" ? value.toString() : null),
  isJson: true,
});

/** A list, because a tag may hold any separator. */
const tags: ExportColumn = {
  name: "tags",
  text: ({ tags: value }) => (Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : null),
  isJson: true,
};

const money = (name: string, field: string): ExportColumn => ({
  name,
  text: ({ [field]: value }) => (typeof value === "bigint" ? formatUsd(nanos(value)) : null),
});

const costs: ExportColumn[] = [
  money("upstream_usd", "upstream"),
  money("cost_usd", "cost"),
  {
    name: "margin_usd",
    text: ({ amount, cost }) => (typeof cost === "bigint" ? formatUsd(nanos(amount - cost)) : null),
  },
];
