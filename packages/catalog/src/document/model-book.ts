import { conditionsKey, type DocumentOffering, type DocumentRate } from "@ratebook/core";
import type { OfferingCollector } from "./offering-collector.ts";

/** What one row of a page adds to a model. */
export type BookEntry = {
  model: string;
  modality: DocumentOffering["modality"];
  rates: readonly DocumentRate[];
  where: string;
  name?: string | undefined;
  aliases?: readonly string[];
  deprecatedAt?: string | undefined;
  /** The row's prices hold only up to this many input tokens; the page must price what is above as well. */
  onlyUpTo?: number | undefined;
};

/** Models of a page whose prices stand in several tables; see `modelBook`. */
export type ModelBook = {
  add(entry: BookEntry): void;
  models(): readonly Readonly<BookEntry>[];
  finish(): void;
};

/**
 * Puts together what several tables of a page say of one model, and offers the models to the collector.
 *
 * The first row that names a model gives it its modality and its names. A price that holds only up to a number
 * of input tokens is refused where the page has none above: no rate can end there, and it would be a discount.
 * A price of a tier, a mode or of long contexts is refused where the usual price was not read: what a page says
 * of a meter replaces what others say of it, so the usual case would have no price at all.
 */
export function modelBook(
  collector: OfferingCollector,
  provider: string,
  sourceUrl: string,
  /** Adds what follows from a model's rates when all of them are together. */
  completed: (entry: BookEntry, rates: DocumentRate[]) => DocumentRate[] = (_entry, rates) => rates,
): ModelBook {
  const entries = new Map<string, BookEntry[]>();
  return {
    add: (entry) => void entries.set(entry.model, [...(entries.get(entry.model) ?? []), entry]),
    models: () => [...entries.values()].flat(),
    finish: () => {
      for (const [model, rows] of entries) {
        const [first] = rows;
        if (first === undefined) continue;
        const offering = `${provider}/${model}`;
        const rates = completed(first, completeRates(collector, offering, rows));
        if (rates.length === 0) {
          const detail = "no price was readable";
          collector.refuse({ kind: "no_price", where: first.where, offering, meter: null, detail });
          continue;
        }
        collector.offer({
          provider,
          model,
          modality: first.modality,
          name: first.name,
          aliases: [...new Set(rows.flatMap((row) => row.aliases ?? []))].filter((alias) => alias !== model),
          deprecatedAt: rows.find((row) => row.deprecatedAt !== undefined)?.deprecatedAt,
          sourceUrl: URL.canParse(sourceUrl) ? sourceUrl : undefined,
          rates,
          where: first.where,
        });
      }
    },
  };
}

function completeRates(
  collector: OfferingCollector,
  offering: string,
  rows: readonly BookEntry[],
): DocumentRate[] {
  const all = rows.flatMap((row) => row.rates);
  const refuse = ({ meter, when, usd: printed, where = "" }: DocumentRate, detail: string) => {
    collector.refuse({ kind: "unsupported_condition", where, offering, meter, when, printed, detail });
  };
  const bounded = rows.flatMap(({ rates, onlyUpTo }) =>
    rates.filter((rate) => {
      if (onlyUpTo === undefined || rate.when.total_input_tokens_above !== undefined) return true;
      const continues = all.some(
        (other) =>
          other.meter === rate.meter &&
          other.when.service_tier === rate.when.service_tier &&
          other.when.total_input_tokens_above === onlyUpTo,
      );
      if (!continues) refuse(rate, `holds up to ${onlyUpTo} input tokens, and nothing is said of more`);
      return continues;
    }),
  );
  const usual = new Set(bounded.map(({ meter, when }) => `${meter} ${conditionsKey(when)}`));
  return bounded.filter((rate) => {
    const { service_tier: _tier, total_input_tokens_above: _above, mode: _mode, ...others } = rate.when;
    const hasUsual = usual.has(`${rate.meter} ${conditionsKey(others)}`);
    if (!hasUsual) refuse(rate, "a price for a special case without the usual one");
    return hasUsual;
  });
}
