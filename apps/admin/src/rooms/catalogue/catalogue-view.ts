import type { AddressChange } from "../../app/use-address-params.ts";
import type { TokenScale } from "./unit-price.ts";

/** What is being looked at in the catalogue; all of it stands in the address. */
export type CatalogueView = {
  search: string;
  provider: string | null;
  modality: string | null;
  /** Null for what is sold and what is not. */
  listed: boolean | null;
  scale: TokenScale;
};

/** Reads the view out of the address; customers see what is sold, whatever theirs says. */
export function readView(params: URLSearchParams, isOperator: boolean): CatalogueView {
  const listed = isOperator ? params.get("listed") : null;
  return {
    search: params.get("q") ?? "",
    provider: params.get("provider"),
    modality: params.get("modality"),
    listed: listed === "all" ? null : listed !== "no",
    scale: scaleOf(params),
  };
}

/** The unit of token prices in the address; per million where it says nothing. */
export const scaleOf = (params: URLSearchParams): TokenScale => (params.get("per") === "1k" ? "1k" : "1m");

/** What to change in the address for a changed view; defaults are left out of it. */
export function viewChange({
  search,
  provider,
  modality,
  listed,
  scale,
}: Partial<CatalogueView>): AddressChange {
  return {
    ...(search !== undefined && { q: search }),
    ...(provider !== undefined && { provider }),
    ...(modality !== undefined && { modality }),
    ...(listed !== undefined && { listed: listed === null ? "all" : listed ? null : "no" }),
    ...(scale !== undefined && { per: scale === "1m" ? null : scale }),
  };
}
