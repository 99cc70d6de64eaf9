import {
  type Conditions,
  DocumentOffering,
  type DocumentRate,
  err,
  type Meter,
  offeringIssues,
  ok,
  PriceDocument,
  pathText,
  type Result,
  rateKey,
} from "@ratebook/core";
import type {
  AlertKind,
  ParsedSource,
  RefusalKind,
  RefusedRow,
  SourceAlert,
  SourceFailure,
} from "../source.ts";
import { JsonNumber, type JsonValue } from "./digits-json.ts";
import { type NotAPrice, readPrice } from "./price-text.ts";
import { sourceFailure } from "./read-text.ts";

/** An offering as a parser builds it; `where` is its place in the document. */
type OfferingDraft = {
  provider: string;
  model: string;
  modality: DocumentOffering["modality"];
  rates: DocumentRate[];
  where: string;
  name?: string | undefined;
  aliases?: readonly string[];
  listed?: boolean | undefined;
  defaultRequest?: DocumentOffering["defaultRequest"] | undefined;
  sourceUrl?: string | undefined;
  checkedAt?: string | undefined;
  deprecatedAt?: string | null | undefined;
};

/** One price to be read from a document. */
type PriceDraft = {
  offering: string;
  meter: Meter;
  value: JsonValue | undefined;
  per: number;
  where: string;
  when?: Conditions;
  validFrom?: string | undefined;
  validUntil?: string | undefined;
  /** The source says in words that this costs nothing, so a 0 is a price. */
  free?: boolean;
  /** A 0 here only says "not applicable" and is dropped without a word. */
  zeroMeansNone?: boolean;
  /** See `readPrice`. */
  tenfold?: number;
};

/** Gathers one document's offerings; see `offeringCollector`. */
export type OfferingCollector = {
  price(draft: PriceDraft): DocumentRate | null;
  offer(draft: OfferingDraft): void;
  refuse(row: RefusedRow): void;
  /** Whether the document states a price of this meter that was refused. */
  hasRefused(offering: string, meter: Meter): boolean;
  alert(kind: AlertKind, key: string, where: string): void;
  finish(): Result<ParsedSource, SourceFailure>;
};

/**
 * Gathers the offerings of one document leniently: a bad row is set aside with its reason and never takes
 * another with it.
 *
 * `price` reads one price and returns null when there is none, having noted why. `alert` counts per kind and
 * key, so ten thousand rows with one unknown key make one alert. `finish` returns the document, or
 * `no_offerings` when not one offering with a price was found.
 */
export function offeringCollector(source: string, asOf: Date): OfferingCollector {
  const refused: RefusedRow[] = [];
  const offerings = new Map<string, DocumentOffering>();
  const sightings = new Map<string, { kind: AlertKind; key: string; places: string[]; count: number }>();

  const alert = (kind: AlertKind, key: string, where: string): void => {
    const seen = sightings.get(`${kind} ${key}`) ?? { kind, key, places: [], count: 0 };
    seen.count += 1;
    if (seen.places.length < 3) seen.places.push(where);
    sightings.set(`${kind} ${key}`, seen);
  };

  const price = (draft: PriceDraft): DocumentRate | null => {
    const { offering, meter, where, per } = draft;
    const when = draft.when ?? {};
    const validity = {
      ...(draft.validFrom === undefined ? {} : { validFrom: draft.validFrom }),
      ...(draft.validUntil === undefined ? {} : { validUntil: draft.validUntil }),
    };
    const read = readPrice(draft.value, draft.tenfold);
    if (read.ok) return { meter, usd: read.value, per, when, where, ...validity };
    if (read.error === "zero" && draft.free === true) {
      return { meter, usd: "0", per, when, where, free: true, ...validity };
    }
    if (read.error === "zero" && draft.zeroMeansNone === true) return null;
    const [kind, detail] = REFUSALS[read.error];
    refused.push({ kind, where, offering, meter, when, printed: printedText(draft.value), detail });
    return null;
  };

  const offer = (draft: OfferingDraft): void => {
    const id = `${draft.provider}/${draft.model}`;
    const row = { where: draft.where, offering: id, meter: null };
    const rates = withoutDuplicates(draft.rates, (rate) =>
      alert("conflicting_price", rate.meter, rate.where ?? draft.where),
    );
    const { where: _, ...fields } = draft;
    const parsed = DocumentOffering.safeParse({ ...fields, aliases: [...(draft.aliases ?? [])], rates });
    const unclear = parsed.success ? offeringIssues(parsed.data, () => undefined)[0] : undefined;
    if (unclear !== undefined) {
      refused.push({ ...row, kind: "invalid_row", detail: `${pathText(unclear.path)}: ${unclear.message}` });
      alert("refused_rows", unclear.message, draft.where);
    } else if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const detail = `${issue?.path.join(".") ?? "row"}: ${issue?.message ?? "invalid"}`;
      refused.push({ ...row, kind: "invalid_row", detail });
      alert("refused_rows", "invalid_row", draft.where);
    } else if (offerings.has(id)) {
      refused.push({ ...row, kind: "duplicate", detail: "the offering stands in the document twice" });
      if (!samePrices(offerings.get(id), parsed.data))
        alert("refused_rows", `${id} with other prices`, draft.where);
    } else {
      offerings.set(id, parsed.data);
    }
  };

  const finish = (): Result<ParsedSource, SourceFailure> => {
    const check = "at least one offering with a price";
    if (![...offerings.values()].some((offering) => offering.rates.length > 0)) {
      const message = `The document has no offering with a price; ${refused.length} rows were refused.`;
      return err(sourceFailure(source, "no_offerings", check, message, refused[0]?.detail ?? ""));
    }
    const document: PriceDocument = {
      source,
      asOf: asOf.toISOString(),
      currency: "USD",
      meters: [],
      offerings: withClearAliases([...offerings.values()]),
    };
    // The rows are valid one by one; what is left to check is the frame.
    const frame = PriceDocument.safeParse({ ...document, offerings: [] });
    if (!frame.success)
      throw new Error(`source ${source} builds an invalid document: ${frame.error.message}`);
    return ok({ document, alerts: [...sightings.values()].map(alertText), refused });
  };

  const hasRefused = (offering: string, meter: Meter): boolean =>
    refused.some((row) => row.offering === offering && row.meter === meter);

  return { price, offer, refuse: (row) => void refused.push(row), hasRefused, alert, finish };
}

/** One rate per meter and conditions and time; the first stands. A repetition with another price is reported. */
function withoutDuplicates(rates: readonly DocumentRate[], conflict: (rate: DocumentRate) => void) {
  const kept = new Map<string, DocumentRate>();
  for (const rate of rates) {
    const key = `${rateKey(rate)} ${rate.validFrom ?? ""} ${rate.validUntil ?? ""}`;
    const earlier = kept.get(key);
    if (earlier === undefined) kept.set(key, rate);
    else if (earlier.usd !== rate.usd || earlier.per !== rate.per) conflict(rate);
  }
  return [...kept.values()];
}

/** What stood where a price was due, cut to what fits on a line. */
function printedText(value: JsonValue | undefined): string {
  const text = value instanceof JsonNumber ? value.source : JSON.stringify(value ?? null);
  return text.slice(0, 80).toWellFormed();
}

function samePrices(a: DocumentOffering | undefined, b: DocumentOffering): boolean {
  const prices = (offering: DocumentOffering) =>
    offering.rates.map(
      (rate) => `${rateKey(rate)} ${rate.usd} ${rate.per} ${rate.validFrom} ${rate.validUntil}`,
    );
  return a !== undefined && prices(a).sort().join() === prices(b).sort().join();
}

/** Drops aliases that are an offering's own name or that two offerings of a provider claim. */
function withClearAliases(offerings: readonly DocumentOffering[]): DocumentOffering[] {
  const claims = new Map<string, number>();
  for (const { provider, model, aliases } of offerings) {
    claims.set(`${provider}/${model}`, Number.POSITIVE_INFINITY);
    for (const alias of new Set(aliases)) {
      const id = `${provider}/${alias}`;
      claims.set(id, (claims.get(id) ?? 0) + 1);
    }
  }
  return offerings.map((offering) => ({
    ...offering,
    aliases: [...new Set(offering.aliases)]
      .filter((alias) => claims.get(`${offering.provider}/${alias}`) === 1)
      .slice(0, 100),
  }));
}

function alertText(seen: { kind: AlertKind; key: string; places: string[]; count: number }): SourceAlert {
  const times = seen.count === 1 ? "once" : `${seen.count} times`;
  return {
    kind: seen.kind,
    where: seen.places[0] ?? "#",
    detail: `${seen.key}: seen ${times}, at ${seen.places.join(", ")}`,
  };
}

const REFUSALS: { [K in NotAPrice]: readonly [RefusalKind, string] } = {
  zero: ["zero_price", "0 without a word that it is free"],
  dynamic: ["dynamic_price", "-1: the price is decided at run time"],
  negative: ["negative_price", "a negative price"],
  not_a_number: ["unreadable_price", "not a number"],
  out_of_range: ["unreadable_price", "larger or finer than a price can be"],
};
