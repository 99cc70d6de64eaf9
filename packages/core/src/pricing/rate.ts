import type { Meter, Modality } from "../meter/meters.ts";
import type { Conditions, DocumentOffering } from "./price-document.ts";

/** A rate as active in the catalogue: one price of one meter of one offering under conditions. */
export type Rate = {
  /** Stable id of the stored row; receipts name it. */
  rateId: string;
  /** `provider/model`. */
  offering: string;
  meter: Meter;
  /** Exact list price in USD for `per` units. */
  usd: string;
  per: bigint;
  when: Conditions;
  free: boolean;
  minimum: string | null;
  increment: string | null;
  included: string | null;
  /** The operator's own cost for `per` units, for margin only. */
  ownCost: string | null;
  source: string;
  /** Place in the source's document. */
  where: string | null;
  /** Hash of the source document it was read from. */
  sha256: string;
  validFrom: Date | null;
  validUntil: Date | null;
};

/** An offering with the rates in force at one instant. */
export type RatedOffering = {
  offering: string;
  provider: string;
  model: string;
  modality: Modality;
  listed: boolean;
  /** What "a default request" is, for summaries; its quantities are those of a valid price document. */
  defaultRequest?: DocumentOffering["defaultRequest"] | null;
  rates: readonly Rate[];
};
