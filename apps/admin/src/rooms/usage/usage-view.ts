import { USAGE_DIMENSIONS, USAGE_GRANULARITIES } from "@ratebook/api/inputs";
import type { AddressChange } from "../../app/use-address-params.ts";

export type Dimension = (typeof USAGE_DIMENSIONS)[number];
export type Granularity = (typeof USAGE_GRANULARITIES)[number];

/** What is being looked at; all of it stands in the address. */
export type UsageView = {
  /** Days, both included. */
  from: string;
  to: string;
  /** The range's name where it moves with today. */
  range: RangeName | "custom";
  granularity: Granularity;
  groupBy: Dimension;
  filters: { readonly [dimension in Dimension]?: string };
  zone: "utc" | "organization";
  /** Whose; null for everybody's, or one's own. */
  customer: string | null;
};

/** Ranges that end today, by their days; this month begins with it. */
export const RANGES = {
  today: { title: "Today", days: 1 },
  "7d": { title: "Last 7 days", days: 7 },
  "30d": { title: "Last 30 days", days: 30 },
  month: { title: "This month", days: 0 },
  "90d": { title: "Last 90 days", days: 90 },
  "365d": { title: "Last 365 days", days: 365 },
} as const;
export type RangeName = keyof typeof RANGES;

/** Names of dimensions as people read them. */
export const DIMENSION_NAMES: { readonly [dimension in Dimension]: string } = {
  model: "Model",
  provider: "Provider",
  modality: "Modality",
  billing: "Whose upstream key",
  customer: "Customer",
  agent: "Agent",
  app: "App",
  key: "API key",
  member: "Member",
  tag: "Tag",
};

/** What can be chosen: ids of agents, apps, keys and members belong to one customer. */
export const dimensionsFor = (isOperator: boolean, customer: string | null): readonly Dimension[] =>
  USAGE_DIMENSIONS.filter((dimension) => {
    if (dimension === "customer") return isOperator && customer === null;
    return !isOperator || customer !== null || EVERYBODYS.has(dimension);
  });

/**
 * Reads the view out of the address; what makes no sense there is left out.
 *
 * @param organizationZone the organization's zone, whose today it is where its days are shown
 */
export function readView(
  params: URLSearchParams,
  now: Date,
  isOperator: boolean,
  organizationZone = "UTC",
): UsageView {
  const customer = isOperator ? params.get("customer") : null;
  const allowed = dimensionsFor(isOperator, customer);
  const zone = params.get("zone") === "organization" ? "organization" : "utc";
  const { from, to, range } = readRange(params, dayOf(now, zone === "utc" ? "UTC" : organizationZone));
  const groupBy = allowed.find((dimension) => dimension === params.get("by")) ?? "model";
  const filters = Object.fromEntries(
    allowed.flatMap((dimension) => {
      const value = params.get(`f.${dimension}`);
      return value === null ? [] : [[dimension, value === NOTHING ? "" : value]];
    }),
  );
  return {
    from,
    to,
    range,
    granularity: USAGE_GRANULARITIES.find((it) => it === params.get("per")) ?? fitting(from, to),
    groupBy,
    filters,
    zone,
    customer,
  };
}

/** What to change in the address for one filter; an empty text is a value of its own there. */
export const filterChange = (dimension: Dimension, value: string | null): AddressChange => ({
  [`f.${dimension}`]: value === "" ? NOTHING : value,
});

/** The address of the download of what is shown. */
export function exportAddress(
  view: UsageView,
  format: "csv" | "json",
  type: "timeseries" | "events",
): string {
  const query = new URLSearchParams({
    format,
    type,
    startDate: view.from,
    endDate: view.to,
    granularity: view.granularity,
    zone: view.zone,
    ...(type === "timeseries" && { groupBy: view.groupBy }),
    ...(view.customer !== null && { customer: view.customer }),
    ...view.filters,
  });
  // One customer of everybody is asked for by name, not as a filter.
  return `/api/analytics/export?${query}`;
}

function readRange(params: URLSearchParams, today: string): Pick<UsageView, "from" | "to" | "range"> {
  const [from, to] = [params.get("from") ?? "", params.get("to") ?? ""];
  if (isDay(from) && isDay(to) && from <= to) return { from, to, range: "custom" };
  const range = Object.keys(RANGES).find((it): it is RangeName => it === params.get("range")) ?? "30d";
  const first =
    range === "month"
      ? `${today.slice(0, 8)}01`
      : dayOf(new Date(Date.parse(today) - (RANGES[range].days - 1) * DAY_MS), "UTC");
  return { from: first, to: today, range };
}

const fitting = (from: string, to: string): Granularity => {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days <= 2) return "hour";
  return days <= 92 ? "day" : "week";
};

const isDay = (text: string): boolean =>
  /^2[01]\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
/** The day it is in a zone: Swedes write `2026-11-22`. */
const dayOf = (at: Date, timeZone: string): string => at.toLocaleDateString("sv-SE", { timeZone });

const EVERYBODYS: ReadonlySet<Dimension> = new Set(["model", "provider", "modality", "billing", "customer"]);
/** Stands for usage that names none; no id is spelled like it. */
const NOTHING = "~";
const DAY_MS = 86_400_000;
