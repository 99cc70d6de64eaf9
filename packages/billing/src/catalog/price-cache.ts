import { type CompiledOffering, compileOffering, isInForce, policyUnder } from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { CataloguePrice, OfferingInfo, StoredOffering } from "./catalogue.ts";
import type { PolicyVersion } from "./markup-policies.ts";
import type { StoredRate } from "./rate-rows.ts";

/** What decides the compiled form of an offering. */
type PriceRequest = {
  info: OfferingInfo;
  /** Every rate known of it; those active in the version and in force at the instant are compiled. */
  rates: readonly StoredRate[];
  /** Versions for which `rates` holds all there is, half-open. */
  known: { from: number; to: number };
  version: number;
  policy: PolicyVersion;
  contract: ContractVersion | null;
  instant: Date;
};

/** Compiled offerings, kept as long as the same rates are in force. */
export type PriceCache = {
  price: (request: PriceRequest) => CataloguePrice;
  /** Drops what was compiled of an offering whose rates or description changed. */
  forget: (offering: string) => void;
  oldRates: (offering: string, version: number) => readonly StoredRate[] | undefined;
  keepOldRates: (offering: string, version: number, rates: readonly StoredRate[]) => void;
};

/** The versions and instants for which a compiled offering holds, both half-open. */
type Span = {
  policyVersion: number;
  fromVersion: number;
  toVersion: number;
  from: number;
  to: number;
  offering: StoredOffering;
  compiled: CompiledOffering;
};

/** An empty cache. It holds a few spans of each offering that is used, and the rates of some long past versions. */
export function createPriceCache(): PriceCache {
  const spans = new Map<string, Map<string, Span[]>>();
  const old = new Map<string, readonly StoredRate[]>();
  return {
    price(request) {
      const { info, version, policy, contract, instant } = request;
      const byContract = spans.get(info.offering) ?? new Map<string, Span[]>();
      const name = contract?.label ?? "";
      const kept = byContract.get(name) ?? [];
      const time = instant.getTime();
      let span = kept.find(
        (it) =>
          it.policyVersion === policy.version &&
          version >= it.fromVersion &&
          version < it.toVersion &&
          time >= it.from &&
          time < it.to,
      );
      if (span === undefined) {
        span = compileSpan(request);
        dropEldest(byContract, CONTRACTS_MAX);
        byContract.set(name, [span, ...kept].slice(0, SPANS_MAX));
        spans.set(info.offering, byContract);
      }
      const { offering, compiled } = span;
      return { offering, compiled, catalogueVersion: version, policyVersion: policy.version, contract };
    },
    forget: (offering) => void spans.delete(offering),
    oldRates: (offering, version) => old.get(`${offering} ${version}`),
    keepOldRates(offering, version, rates) {
      dropEldest(old, OLD_MAX);
      old.set(`${offering} ${version}`, rates);
    },
  };
}

function dropEldest(map: Map<string, unknown>, most: number): void {
  const [eldest] = map.keys();
  if (map.size >= most && eldest !== undefined) map.delete(eldest);
}

function compileSpan({ info, rates, known, version, policy, contract, instant }: PriceRequest): Span {
  const span = {
    fromVersion: known.from,
    toVersion: known.to,
    from: -Infinity,
    to: Number.POSITIVE_INFINITY,
  };
  for (const { openedVersion, closedVersion } of rates) {
    for (const edge of [openedVersion, closedVersion]) {
      if (edge === null) continue;
      if (edge <= version) span.fromVersion = Math.max(span.fromVersion, edge);
      else span.toVersion = Math.min(span.toVersion, edge);
    }
  }
  const active = rates.filter(
    (rate) => rate.openedVersion <= version && (rate.closedVersion === null || rate.closedVersion > version),
  );
  const time = instant.getTime();
  for (const { validFrom, validUntil } of active) {
    for (const edge of [validFrom?.getTime(), validUntil?.getTime()]) {
      if (edge === undefined) continue;
      if (edge <= time) span.from = Math.max(span.from, edge);
      else span.to = Math.min(span.to, edge);
    }
  }
  const offering = ratedOffering(
    info,
    active.filter((rate) => isInForce(rate, instant)),
  );
  return {
    ...span,
    policyVersion: policy.version,
    offering,
    compiled: compileOffering(
      offering,
      contract === null ? policy.policy : policyUnder(policy.policy, contract.label, contract.terms),
    ),
  };
}

/** An offering with rates as rating sees it. */
export const ratedOffering = (info: OfferingInfo, rates: readonly StoredRate[]): StoredOffering => ({
  offering: info.offering,
  provider: info.provider,
  model: info.model,
  modality: info.modality,
  listed: info.listed,
  defaultRequest: info.defaultRequest,
  rates,
});

/** An offering is asked for now, and perhaps for a few events of yesterday or a pinned version. */
const SPANS_MAX = 4;
/** Contracts under which one offering is kept compiled at a time. */
const CONTRACTS_MAX = 1000;
/** Long past prices are asked for rarely: a price page's history, a late batch, a price lock. */
const OLD_MAX = 1024;
