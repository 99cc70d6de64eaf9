import { type DocumentOffering, must, type Result, rateKey } from "@ratebook/core";
import type { ParsedSource, SourceFailure } from "../source.ts";

/** The parsed document of a result that a test expects to be one; throws with the failure otherwise. */
export function parsedOrThrow(result: Result<ParsedSource, SourceFailure>): ParsedSource {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message} ${result.error.excerpt}`);
  return result.value;
}

/** The offering `provider/model` of a parsed document; throws when it is not there. */
export function offeringNamed(parsed: ParsedSource, id: string): DocumentOffering {
  const found = parsed.document.offerings.find(({ provider, model }) => `${provider}/${model}` === id);
  return must(found, `the document has ${id}`);
}

/** An offering's prices as `{ "meter?conditions": "usd / per" }`, for comparing at a glance. */
export function pricesOf(parsed: ParsedSource, id: string): Record<string, string> {
  const { rates } = offeringNamed(parsed, id);
  return Object.fromEntries(rates.map((rate) => [rateKey(rate), `${rate.usd} / ${rate.per}`]));
}
