import { type Conditions, type DocumentRate, type Meter, withoutThousands } from "@ratebook/core";
import type { RefusalKind } from "../source.ts";
import { type Cell, plainText } from "./html-table.ts";
import type { OfferingCollector } from "./offering-collector.ts";
import { foreignCurrency } from "./read-html.ts";

/** What a price is counted in, and how many of it one price is for. */
export type Unit = { of: UnitName; per: number };
export type UnitName = "token" | "character" | "second" | "image" | "video" | "page" | "call" | "search";

/** What a cell of a price table says. */
export type CellReading =
  | { is: "price"; usd: string; unit: Unit | null }
  | { is: "free" }
  | { is: "none" }
  | { is: "refused"; kind: RefusalKind; detail: string };

/**
 * Reads a cell that holds exactly one price: "$3", "$3 / MTok", "$15.00 / 1M characters", "0.175".
 *
 * "Free" is free, a dash is nothing. A second amount, an amount in another currency, a condition in words or a
 * unit nobody has described refuses the cell: what is left over is never skipped.
 */
export function readPriceCell(text: string): CellReading {
  const cell = plainText(text).replace(/^[*`_]+|[*`_†‡¹²³]+$/g, "");
  if (NOTHING.test(cell)) return { is: "none" };
  if (/^(limited-time )?free( of charge)?$/i.test(cell)) return { is: "free" };
  const foreign = foreignCurrency(cell);
  if (foreign !== null) return refused("not_usd", `an amount in ${foreign}`);
  const amounts = cell.match(/\$\s?\d/g)?.length ?? 0;
  if (amounts > 1) return refused("ambiguous_price", "more than one amount in a cell");
  const price = /^\$?\s?(\d[\d,]*(?:\.\d+)?)(?:\s*(?:\/|per\s)\s*(.+))?$/i.exec(cell);
  const [, figure, counted] = price ?? [];
  if (figure === undefined) return refused("unreadable_price", "not one amount in US dollars");
  const usd = withoutThousands(figure);
  if (usd.includes(",")) return refused("unreadable_price", "a comma that does not set off thousands");
  const unit = counted === undefined ? null : unitOf(counted);
  if (unit === undefined) return refused("ambiguous_unit", "a unit that is not known");
  return { is: "price", usd, unit };
}

/** A price to be read from a cell of a table. */
type CellPrice = {
  offering: string;
  cell: Cell;
  /** The meter of each unit that may stand here. */
  meters: { [K in UnitName]?: Meter };
  /** The unit of a bare number, where the page states it. */
  bare: Unit | null;
  when?: Conditions;
  validFrom?: string | undefined;
  validUntil?: string | undefined;
};

/** The rate a cell states, or null where there is none; what was refused is noted with what stood there. */
export function rateFromCell(collector: OfferingCollector, draft: CellPrice): DocumentRate | null {
  const { offering, cell, meters, bare, when = {} } = draft;
  const reading = readPriceCell(cell.text);
  if (reading.is === "none") return null;
  const unit = reading.is === "price" ? (reading.unit ?? bare) : bare;
  const meter = unit === null ? undefined : meters[unit.of];
  if (reading.is === "refused" || unit === null || meter === undefined) {
    const [kind, detail] =
      reading.is === "refused"
        ? [reading.kind, reading.detail]
        : (["ambiguous_unit", "a unit that means nothing here"] as const);
    const usual = bare === null ? null : (meters[bare.of] ?? null);
    const printed = cell.text.slice(0, 80).toWellFormed();
    collector.refuse({ kind, where: cell.where, offering, meter: usual, when, printed, detail });
    return null;
  }
  return collector.price({
    offering,
    meter,
    value: reading.is === "free" ? "0" : reading.usd,
    free: reading.is === "free",
    per: unit.per,
    when,
    where: cell.where,
    validFrom: draft.validFrom,
    validUntil: draft.validUntil,
  });
}

const refused = (kind: RefusalKind, detail: string): CellReading => ({ is: "refused", kind, detail });

/** "1M characters", "MTok", "minute", "1,000 searches" as a unit; undefined for what nobody has described. */
export function unitOf(text: string): Unit | undefined {
  // A digit glued to the last word is a footnote: "MTok1".
  const words = /^([\d,.]+)?\s*([km])?\s*([a-z][a-z -]*?)\d?$/i.exec(text.trim().replace(/\s+of\s+/i, " "));
  if (words === null) return undefined;
  const [, count, scale, name = ""] = words;
  const named = UNITS.get(name.toLowerCase()) ?? UNITS.get(`${scale ?? ""}${name}`.toLowerCase());
  if (named === undefined) return undefined;
  const swallowed = UNITS.get(name.toLowerCase()) === undefined;
  const many = count === undefined ? 1 : countOf(count);
  const times = swallowed || scale === undefined ? 1 : scale.toLowerCase() === "k" ? 1_000 : 1_000_000;
  const per = many * times * named.per;
  return Number.isSafeInteger(per) && per > 0 && per <= 1_000_000_000 ? { of: named.of, per } : undefined;
}

/** NaN for what may mean another number: "1,5" is one and a half in half of Europe, and "1.000" a thousand. */
const countOf = (text: string): number =>
  /\.\d{3}$/.test(text) ? Number.NaN : Number(withoutThousands(text));

const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["tok", { of: "token", per: 1 }],
  ["token", { of: "token", per: 1 }],
  ["tokens", { of: "token", per: 1 }],
  ["mtok", { of: "token", per: 1_000_000 }],
  ["mtoks", { of: "token", per: 1_000_000 }],
  ["million tokens", { of: "token", per: 1_000_000 }],
  ["character", { of: "character", per: 1 }],
  ["characters", { of: "character", per: 1 }],
  ["million characters", { of: "character", per: 1_000_000 }],
  ["second", { of: "second", per: 1 }],
  ["sec", { of: "second", per: 1 }],
  ["minute", { of: "second", per: 60 }],
  ["min", { of: "second", per: 60 }],
  ["hour", { of: "second", per: 3600 }],
  ["image", { of: "image", per: 1 }],
  ["images", { of: "image", per: 1 }],
  ["video", { of: "video", per: 1 }],
  ["page", { of: "page", per: 1 }],
  ["pages", { of: "page", per: 1 }],
  ["call", { of: "call", per: 1 }],
  ["calls", { of: "call", per: 1 }],
  ["use", { of: "call", per: 1 }],
  ["request", { of: "call", per: 1 }],
  ["requests", { of: "call", per: 1 }],
  ["search", { of: "search", per: 1 }],
  ["searches", { of: "search", per: 1 }],
  ["search queries", { of: "search", per: 1 }],
]);

const NOTHING = /^([-–—−\\/]|n\/?a|null|not (available|applicable|supported))?$/i;
