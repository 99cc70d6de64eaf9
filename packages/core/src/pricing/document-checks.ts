import type { Meter } from "../meter/meters.ts";
import { parseQuantity } from "../meter/quantity.ts";
import { isZero } from "../money/fraction.ts";
import type { DocumentOffering, DocumentRate, PriceDocument } from "./price-document.ts";
import { rateKey } from "./rate-key.ts";
import { listPerUnit } from "./sell-price.ts";

/** What is wrong with a document as a whole, and where: `["offerings", 3, "rates", 1, "usd"]`. */
export type DocumentIssue = { path: (string | number)[]; message: string };

/** How a document's meters are counted; undefined for an `x_…` meter it does not define. */
export type DefinedMeters = (meter: Meter) => { integer: boolean } | undefined;

/**
 * Finds what no field shows by itself: things stated twice or at the same time, meters nobody defined, windows
 * with one end, quantities a meter cannot have. Empty when the document is consistent.
 */
export function documentIssues(document: Pick<PriceDocument, "meters" | "offerings">): DocumentIssue[] {
  const meters = new Map<string, { integer: boolean }>();
  const issues: DocumentIssue[] = [];
  document.meters.forEach((meter, index) => {
    if (meters.has(meter.name)) issues.push({ path: ["meters", index, "name"], message: "is defined twice" });
    meters.set(meter.name, meter);
  });
  const seen = new Map<string, number>();
  document.offerings.forEach((offering, index) => {
    const id = `${offering.provider}/${offering.model}`;
    const first = seen.get(id);
    if (first !== undefined) {
      issues.push({ path: ["offerings", index, "model"], message: `repeats ${id} of offerings[${first}]` });
    }
    seen.set(id, first ?? index);
    for (const { path, message } of offeringIssues(offering, (meter) => meters.get(meter))) {
      issues.push({ path: ["offerings", index, ...path], message });
    }
  });
  return issues;
}

/** The same for one offering; paths start inside it: `["rates", 1, "usd"]`. */
export function offeringIssues(
  offering: Pick<DocumentOffering, "defaultRequest" | "rates">,
  defined: DefinedMeters,
): DocumentIssue[] {
  return [
    ...offering.rates.flatMap((rate, index) =>
      rateIssues(rate, defined).map(({ path, message }) => ({ path: ["rates", index, ...path], message })),
    ),
    ...overlaps(offering.rates),
    ...Object.entries(offering.defaultRequest?.quantities ?? {}).flatMap(([meter, value]) =>
      // True because the schema checked the keys.
      quantityIssues(["defaultRequest", "quantities", meter], value, meter as Meter, defined),
    ),
  ];
}

/** A path as people read it: `offerings[3].rates[1].usd`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");

function rateIssues(rate: DocumentRate, defined: DefinedMeters): DocumentIssue[] {
  const issues: DocumentIssue[] = [];
  const issue = (path: string[], message: string) => issues.push({ path, message });
  if (rate.meter.startsWith("x_") && defined(rate.meter) === undefined) {
    issue(["meter"], `${rate.meter} is not defined in the document's meters`);
  } else {
    for (const key of ["minimum", "increment", "included"] as const) {
      issues.push(...quantityIssues([key], rate[key], rate.meter, defined));
    }
  }
  const price = listPerUnit({ usd: rate.usd, per: BigInt(rate.per) });
  if (rate.free === true && !isZero(price)) issue(["free"], `a free rate cannot cost ${rate.usd}`);
  if (rate.increment !== undefined && /^[0.]+$/.test(rate.increment)) issue(["increment"], "must be above 0");
  const { utc_from: from, utc_to: to } = rate.when;
  if ((from === undefined) !== (to === undefined)) {
    issue(["when", from === undefined ? "utc_from" : "utc_to"], "utc_from and utc_to go together");
  } else if (from !== undefined && from === to) {
    issue(["when", "utc_to"], "must differ from utc_from; leave both out for the whole day");
  }
  if (startOf(rate) >= endOf(rate)) issue(["validUntil"], "must be after validFrom");
  return issues;
}

function quantityIssues(
  path: string[],
  value: string | number | undefined,
  meter: Meter,
  defined: DefinedMeters,
): DocumentIssue[] {
  if (value === undefined) return [];
  const parsed = parseQuantity(value, meter, defined);
  return parsed.ok ? [] : [{ path, message: parsed.error.message }];
}

/** Two rates of one price point must not be valid at once: which of them is the price? */
function overlaps(rates: readonly DocumentRate[]): DocumentIssue[] {
  const points = Map.groupBy(
    rates.map((rate, index) => ({ rate, index })),
    ({ rate }) => rateKey(rate),
  );
  const issues: DocumentIssue[] = [];
  for (const [key, group] of points) {
    if (group.length === 1) continue;
    const ordered = group.toSorted((a, b) => startOf(a.rate) - startOf(b.rate) || a.index - b.index);
    for (const [position, { rate, index }] of ordered.entries()) {
      const previous = ordered[position - 1];
      if (previous === undefined || endOf(previous.rate) <= startOf(rate)) continue;
      const [earlier, later] = [previous.index, index].toSorted((a, b) => a - b);
      issues.push({
        path: ["rates", later ?? index],
        message: `${key} is also priced by rates[${earlier}] at that time`,
      });
    }
  }
  return issues;
}

const startOf = (rate: DocumentRate): number =>
  rate.validFrom == null ? Number.NEGATIVE_INFINITY : Date.parse(rate.validFrom);
const endOf = (rate: DocumentRate): number =>
  rate.validUntil == null ? Number.POSITIVE_INFINITY : Date.parse(rate.validUntil);
