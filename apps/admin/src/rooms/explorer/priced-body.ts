import type { ApiRoute } from "./api-document.ts";
import { isSchema, propertiesOf, resolveSchema, type Schemas } from "./json-schema.ts";

/** What a body says of the things that have a price. */
export type PricedBody = {
  offering: string | null;
  /** Texts, so that no digit is lost on the way to the server. */
  quantities: { [meter: string]: string };
  dimensions: { [name: string]: unknown };
};

/** Whether a route's body names usage that has a price: debits, quotes, holds. */
export const isPriced = ({ body }: ApiRoute, schemas: Schemas): boolean =>
  body !== null && propertiesOf(resolveSchema(body.schema, schemas)).some(([name]) => name === "quantities");

/** Reads the priced part of a body as a person is typing it; null while it is no JSON object. */
export function readPricedBody(text: string): PricedBody | null {
  const value = parsed(text);
  if (value === null) return null;
  const { offering, provider, model, quantities, dimensions } = value;
  const named = typeof provider === "string" && typeof model === "string" ? `${provider}/${model}` : null;
  return {
    offering: typeof offering === "string" ? offering : named,
    quantities: isSchema(quantities)
      ? Object.fromEntries(
          Object.entries(quantities).flatMap(([meter, quantity]) =>
            typeof quantity === "string" || typeof quantity === "number" ? [[meter, String(quantity)]] : [],
          ),
        )
      : {},
    dimensions: isSchema(dimensions) ? dimensions : {},
  };
}

/** The body with another model, or other quantities; everything else stays as it was typed. */
export function writePricedBody(text: string, change: Partial<PricedBody>): string {
  const { offering, provider, model, usage, ...rest } = parsed(text) ?? {};
  const chosen = change.offering ?? (typeof offering === "string" ? offering : null);
  const name = chosen === null ? { provider, model } : { offering: chosen };
  const quantities = change.quantities === undefined ? rest.quantities : asJson(change.quantities);
  // A usage object and quantities exclude each other.
  const used = change.quantities === undefined ? { usage } : {};
  return JSON.stringify({ ...name, ...used, ...rest, quantities }, null, 2);
}

/** The body with another quantity of one meter; an empty text takes the meter out. */
export function withQuantity(text: string, meter: string, quantity: string): string {
  const { [meter]: _, ...others } = readPricedBody(text)?.quantities ?? {};
  return writePricedBody(text, {
    quantities: quantity === "" ? others : { ...others, [meter]: quantity },
  });
}

/** Whole quantities as the numbers people write; others as text, which keeps every digit. */
const asJson = (quantities: PricedBody["quantities"]): { [meter: string]: string | number } =>
  Object.fromEntries(
    Object.entries(quantities).map(([meter, text]) => [meter, /^\d{1,15}$/.test(text) ? Number(text) : text]),
  );

function parsed(text: string): { readonly [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return isSchema(value) ? value : null;
  } catch {
    return null;
  }
}
