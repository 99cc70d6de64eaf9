import type {
  CompiledOffering,
  DocumentOffering,
  MarkupPolicy,
  Modality,
  RatedOffering,
} from "@ratebook/core";

import type { ContractVersion } from "../contracts/contract-version.ts";
import type { StoredRate } from "./rate-rows.ts";

/** An offering with everything needed to price it at one instant. */
export type PricedOffering = {
  offering: RatedOffering;
  /** Rates and markup prepared for rating. */
  compiled: CompiledOffering;
  /** The version that was active at that instant; receipts name it. */
  catalogueVersion: number;
  policyVersion: number;
  /** The contract it was compiled under; null for everybody else's price. */
  contract: ContractVersion | null;
  /** Under a price lock: today's rates, which say what the operator pays. */
  costs?: CompiledOffering | undefined;
};

/** What is known of an offering besides its rates. */
export type OfferingInfo = {
  offering: string;
  provider: string;
  model: string;
  modality: Modality;
  name: string | null;
  aliases: readonly string[];
  /** Sold here. */
  listed: boolean;
  /** What "a default request" is, in summaries. */
  defaultRequest: DefaultRequest | null;
  sourceUrl: string | null;
  /** The day its prices were last checked at their origin, where a document says so. */
  checkedAt: Date | null;
  /** Source whose word this is. */
  source: string;
  firstVersion: number;
  /** Set while its source no longer names it; its prices are served on. */
  missingSince: Date | null;
};

/** Quantities by meter, and dimensions. */
export type DefaultRequest = NonNullable<DocumentOffering["defaultRequest"]>;

/** An offering with the rates in force, each with the version that opened it. */
export type StoredOffering = Omit<RatedOffering, "rates"> & { rates: readonly StoredRate[] };

/** A priced offering whose rates are the stored ones. */
export type CataloguePrice = Omit<PricedOffering, "offering"> & { offering: StoredOffering };

/** The versions that price an event. */
export type PinnedVersions = {
  catalogueVersion: number;
  policyVersion: number;
  /** Label of the customer's contract; null or absent where there was none. */
  contract?: string | null | undefined;
  /** The month's volume by id of the discount, as a quote promised it. */
  volume?: Readonly<Record<string, string>> | undefined;
};

/**
 * The catalogue as this process knows it: rate intervals of the last 35 days in memory, older ones queried.
 *
 * The price page, quotes and debits all read prices here.
 */
export type Catalogue = {
  /** Newest versions known. */
  current: () => { catalogueVersion: number; policyVersion: number };
  /** Offering id for an id, or an alias of it; null when unknown. */
  resolve: (name: string) => string | null;
  /** Prices in force at an instant; without a query for instants of the last 35 days. */
  at: (
    offering: string,
    instant: Date,
    contract?: ContractVersion | null,
  ) => CataloguePrice | null | Promise<CataloguePrice | null>;
  /**
   * Prices of pinned versions, as a hold or quote fixed them; the instant decides time-of-day windows and validity. A
   * contract's price lock goes before the pinned catalogue version.
   */
  atVersion: (
    offering: string,
    pinned: PinnedVersions,
    instant: Date,
  ) => CataloguePrice | null | Promise<CataloguePrice | null>;
  /** A customer's contract at an instant, from memory; null where there is none. */
  contractAt: (customerId: string, instant: Date) => ContractVersion | null;
  /** The contract a label names; null where this process does not know it yet. */
  contractNamed: (label: string) => ContractVersion | null;
  /** Whether any version of a customer's contract has volume discounts. */
  hasTiers: (customerId: string) => boolean;
  /** Contracts that hold now or begin later. */
  contracts: () => readonly ContractVersion[];
  /** Every offering with the rates in force now, in id order. */
  all: () => readonly StoredOffering[];
  /** What is known of an offering besides its rates; null for an unknown id. */
  describe: (offering: string) => OfferingInfo | null;
  /** The markup rules in force now. */
  policy: () => MarkupPolicy;
  /** Word and wholeness of an operator-defined meter. */
  meter: (name: string) => { unit: string; integer: boolean } | null;
  /** Reads what is new; called on notification, on a poll, and after publishing here. */
  refresh: () => Promise<void>;
};
