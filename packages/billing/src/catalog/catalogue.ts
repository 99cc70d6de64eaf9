import type { CompiledOffering, RatedOffering } from "@ratebook/core";

/** An offering with everything needed to price it at one instant. */
export type PricedOffering = {
  offering: RatedOffering;
  /** Rates and markup prepared for rating. */
  compiled: CompiledOffering;
  /** The version that was active at that instant; receipts name it. */
  catalogueVersion: number;
  policyVersion: number;
};

/** The versions that price an event. */
export type PinnedVersions = { catalogueVersion: number; policyVersion: number };

/**
 * The catalogue as this process knows it: rate intervals of the last 35 days in memory, older ones queried.
 *
 * The price page, quotes and debits all read prices here.
 */
export type Catalogue = {
  /** Newest versions known. */
  current: () => PinnedVersions;
  /** Offering id for an id, or an alias of it; null when unknown. */
  resolve: (name: string) => string | null;
  /** Prices in force at an instant; without a query for instants of the last 35 days. */
  at: (offering: string, instant: Date) => PricedOffering | null | Promise<PricedOffering | null>;
  /** Prices of pinned versions, as a hold or quote fixed them; the instant decides time-of-day windows and validity. */
  atVersion: (
    offering: string,
    pinned: PinnedVersions,
    instant: Date,
  ) => PricedOffering | null | Promise<PricedOffering | null>;
  /** Every offering with the rates in force now, in id order. */
  all: () => readonly RatedOffering[];
  /** Word and wholeness of an operator-defined meter. */
  meter: (name: string) => { unit: string; integer: boolean } | null;
  /** Reads what is new; called on notification, on a poll, and after publishing here. */
  refresh: () => Promise<void>;
};
