import type { Conditions, Meter, PriceDocument, Result } from "@ratebook/core";

/** Where a document came from and how old it is: the instant it was fetched, or published if it is bundled. */
export type ParseContext = { url: string; fetchedAt: Date };

export type AlertKind =
  /** A price key nobody has described here yet: its price is not read. */
  | "unknown_price_key"
  /** A price key that is understood, but that no meter can bill. */
  | "unmetered_price_key"
  /** Two prices of one source for the same meter under the same conditions; the first is kept. */
  | "conflicting_price"
  /** Rows that were left out although they looked like offerings. */
  | "refused_rows";

/** Something an operator should look at; `where` is the first place, `detail` says how many more there are. */
export type SourceAlert = { kind: AlertKind; where: string; detail: string };

export type RefusalKind =
  /** A bare 0 is never a price; only an explicit "free" is. */
  | "zero_price"
  /** −1 or another mark for "decided at run time". */
  | "dynamic_price"
  | "negative_price"
  | "unreadable_price"
  /** No readable price at all. */
  | "no_price"
  /** A moving name for another offering. */
  | "alias"
  /** A price in another unit of account than USD. */
  | "not_usd"
  /** A condition that no rate can carry. */
  | "unsupported_condition"
  /** The unit cannot be told from the document. */
  | "ambiguous_unit"
  /** More than one amount where one was due. */
  | "ambiguous_price"
  | "duplicate"
  | "invalid_row";

/** A row, or one price of a row, that did not become a rate. */
export type RefusedRow = {
  kind: RefusalKind;
  where: string;
  /** `provider/model`, where it is known. */
  offering: string | null;
  /** Set where only this meter's price was refused; the guard keeps its last good rate. */
  meter: Meter | null;
  /** With `meter`: the conditions of the price point, and what stood in its place ("-1", "0", "call us"). */
  when?: Conditions;
  printed?: string;
  detail: string;
};

/** What a source's document says: the prices, and everything that was not taken from it. */
export type ParsedSource = { document: PriceDocument; alerts: SourceAlert[]; refused: RefusedRow[] };

/** The whole document was refused. `check` names the check in words, `excerpt` shows what was there instead. */
export type SourceFailure = {
  kind:
    | "empty_document"
    | "not_text"
    | "html_document"
    | "not_json"
    | "not_html"
    /** The page stops in the middle. */
    | "incomplete_document"
    /** A page that asks whether a human is reading. */
    | "challenge_page"
    /** Prices in another currency than USD. */
    | "not_usd"
    | "wrong_shape"
    | "no_offerings";
  source: string;
  check: string;
  message: string;
  excerpt: string;
};

/** A document that ships with Ratebook or one of its dependencies. */
export type BundledDocument = { url: string; publishedAt: Date; raw: Uint8Array };

/** `prefix` goes before the key in the header: "Bearer " for most. */
export type SourceKey = { env: string; header: string; prefix: string };

/** A place where upstream prices are published, and how its document is read. */
export type PriceSource = {
  id: string;
  title: string;
  homepage: string;
  /** What is fetched by default; null where a bundled document is read. */
  defaultUrl: string | null;
  /**
   * Where a source has a page for each model: what `{part}` in its address stands for. The pages are fetched one after
   * the other and read as one document (`joinPages`).
   */
  parts?: readonly string[];
  /** Host names the fetch may reach, redirects included. */
  hosts: readonly string[];
  /** Media types the answer may have. */
  contentTypes: readonly string[];
  /** Cron expression in UTC. */
  schedule: string;
  /** Prices older than this are stale. */
  freshnessHours: number;
  kind: "bundled" | "json" | "page" | "text";
  /** The request header that carries a key; a source that has one is only scheduled where `env` is set. */
  key?: SourceKey;
  /** Reads the bundled document; null where there is none. */
  bundled: (() => Promise<BundledDocument>) | null;
  /** Pure: the same bytes and context give the same result. */
  parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure>;
};
