import {
  isInForce,
  METERS,
  markupMismatch,
  must,
  type NamedOffering,
  type OfferingLookup,
  offeringLookup,
} from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { type ContractVersion, contractOf } from "../contracts/contract-version.ts";
import type { Catalogue, CataloguePrice, OfferingInfo, PinnedVersions, StoredOffering } from "./catalogue.ts";
import {
  type CatalogueChanges,
  readChanges,
  readRatesOf,
  readVersionAt,
  readWatermark,
  type VersionStart,
} from "./catalogue-reads.ts";
import { ensurePolicy, type PolicyVersion } from "./markup-policies.ts";
import { createPriceCache, type PriceCache, ratedOffering } from "./price-cache.ts";
import { pointKey, type StoredRate } from "./rate-rows.ts";

export type CatalogueOptions = {
  sql: Sql;
  clock: () => Date;
  /**
   * Calls back whenever another process changed the catalogue, over a connection that can LISTEN, and gives a function
   * that stops it. Without it, changes of others are found by the poll.
   */
  listen?: (changed: () => void) => Promise<() => Promise<void>>;
  /** Told when the catalogue could not be read; the last known one is used on. */
  onError?: (error: unknown) => void;
  /** Time between polls, default 5 s. */
  pollMs?: number;
};

/** A catalogue that keeps itself up to date from `start` to `close`. */
export type LiveCatalogue = Catalogue & { start: () => Promise<void>; close: () => Promise<void> };

/**
 * The catalogue of this process: empty until `start` or the first `refresh`. `start` seeds the shipped markup policy
 * where there is none.
 *
 * What it answers for an instant or a version never changes once that version is known; `refresh` only adds.
 */
export function createCatalogue(options: CatalogueOptions): LiveCatalogue {
  const { sql, clock, listen, onError = () => {}, pollMs = 5000 } = options;
  const memory = createMemory();
  const cache = createPriceCache();
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let listing: { offerings: readonly StoredOffering[]; until: number } | null = null;

  async function readOnce(): Promise<void> {
    const known = memory.watermark;
    const newest = await readWatermark(sql);
    if (
      newest.version === known.version &&
      newest.revision === known.revision &&
      newest.policyVersion === known.policyVersion &&
      newest.contractRevision === known.contractRevision
    ) {
      return;
    }
    const horizon = new Date(clock().getTime() - MEMORY_MS);
    const changes = await sql.begin("isolation level repeatable read read only", (tx) =>
      readChanges(tx, known, horizon),
    );
    memory.add(changes, horizon, cache);
    listing = null;
  }

  /** One read at a time; a call during one is answered by the next, which sees everything committed before the call. */
  function refresh(): Promise<void> {
    if (running !== null) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await readOnce();
        } while (again);
      } finally {
        running = null;
      }
    })();
    return running;
  }

  function at(
    offering: string,
    instant: Date,
    contract: ContractVersion | null = null,
  ): CataloguePrice | null | Promise<CataloguePrice | null> {
    const policy = memory.policyAt(instant);
    if (memory.remembers(instant)) {
      const version = memory.versionAt(instant);
      return version === null ? null : agreed(offering, { version, policy, instant, contract });
    }
    return readVersionAt(sql, instant).then((version) =>
      version === null ? null : agreed(offering, { version, policy, instant, contract }),
    );
  }

  function atVersion(
    offering: string,
    pinned: PinnedVersions,
    instant: Date,
  ): CataloguePrice | null | Promise<CataloguePrice | null> {
    const label = pinned.contract ?? null;
    const answer = () =>
      agreed(offering, {
        version: pinned.catalogueVersion,
        policy: memory.policyOf(pinned.policyVersion),
        contract: label === null ? null : memory.contractNamed(label),
        instant,
      });
    const { version, policyVersion } = memory.watermark;
    // Another replica may have pinned a version this one has not read yet.
    const isNews =
      pinned.catalogueVersion > version ||
      pinned.policyVersion > policyVersion ||
      (label !== null && !memory.contractsByLabel.has(label));
    return isNews ? refresh().then(answer) : answer();
  }

  /** The price under a contract: at the rates its price lock names, where that holds for the offering. */
  function agreed(offering: string, wanted: Wanted): CataloguePrice | null | Promise<CataloguePrice | null> {
    const { contract, instant } = wanted;
    const lock = contract?.lock ?? null;
    const info = memory.offerings.get(offering);
    const isLocked =
      lock !== null &&
      info !== undefined &&
      instant < lock.until &&
      // What came later was never agreed on.
      info.firstVersion <= lock.catalogueVersion &&
      markupMismatch(lock.match, info, "request") === null;
    if (!isLocked) return priced(offering, wanted);
    const locked = priced(offering, { ...wanted, version: lock.catalogueVersion, instant: lock.asOf });
    const today = priced(offering, wanted);
    const both = (price: CataloguePrice | null, now: CataloguePrice | null) =>
      price === null || price.offering.rates.length === 0 ? now : { ...price, costs: now?.compiled };
    return locked instanceof Promise || today instanceof Promise
      ? Promise.all([locked, today]).then(([price, now]) => both(price, now))
      : both(locked, today);
  }

  function priced(
    offering: string,
    { version, policy, contract, instant }: Wanted,
  ): CataloguePrice | null | Promise<CataloguePrice | null> {
    const info = memory.offerings.get(offering);
    if (info === undefined || info.firstVersion > version) return null;
    const oldest = memory.oldestVersion();
    if (version >= oldest) {
      const rates = memory.rates.get(offering) ?? [];
      const known = { from: oldest, to: Number.POSITIVE_INFINITY };
      return cache.price({ info, rates, known, version, policy, contract, instant });
    }
    const known = { from: version, to: version + 1 };
    const price = (rates: readonly StoredRate[]) =>
      cache.price({ info, rates, known, version, policy, contract, instant });
    const old = cache.oldRates(offering, version);
    if (old !== undefined) return price(old);
    return readRatesOf(sql, offering, version).then((rates) => {
      cache.keepOldRates(offering, version, rates);
      return price(rates);
    });
  }

  function all(): readonly StoredOffering[] {
    const now = clock();
    if (listing === null || now.getTime() >= listing.until) listing = listOfferings(memory, now);
    return listing.offerings;
  }

  return {
    current: () => ({
      catalogueVersion: memory.watermark.version,
      policyVersion: memory.watermark.policyVersion,
    }),
    resolve: (name) => memory.resolve(name),
    at,
    atVersion,
    all,
    describe: (offering) => memory.offerings.get(offering) ?? null,
    contractAt: (customerId, instant) => contractOf(memory.contracts.get(customerId) ?? [], instant),
    contractNamed: (label) => memory.contractsByLabel.get(label) ?? null,
    hasTiers: (customerId) =>
      memory.contracts.get(customerId)?.some(({ terms }) => terms.discounts.length > 0) ?? false,
    contracts: () => {
      const now = clock();
      return [...memory.contracts.values()]
        .flat()
        .filter(({ validUntil }) => validUntil === null || validUntil > now);
    },
    policy: () => memory.policyAt(clock()).policy,
    meter: (name) => memory.meters.get(name) ?? null,
    refresh,
    start: async () => {
      await ensurePolicy({ sql, clock });
      const inBackground = () => void refresh().catch(onError);
      unlisten = await listen?.(inBackground);
      await refresh();
      // Finds what a lost connection did not tell; a missed poll is made up for by the next.
      timer = setInterval(inBackground, pollMs);
      timer.unref();
    },
    close: async () => {
      clearInterval(timer);
      await unlisten?.();
      await running?.catch(onError);
    },
  };
}

/** What a price is asked for with. */
type Wanted = {
  version: number;
  policy: PolicyVersion;
  contract: ContractVersion | null;
  instant: Date;
};

/** Rates of the last 35 days, every offering, every policy, every contract. */
function createMemory() {
  const offerings = new Map<string, OfferingInfo>();
  const rates = new Map<string, StoredRate[]>();
  const meters = new Map<string, { unit: string; integer: boolean }>();
  let versions: VersionStart[] = [];
  const policies: PolicyVersion[] = [];
  const contracts = new Map<string, ContractVersion[]>();
  const contractsByLabel = new Map<string, ContractVersion>();
  let lookup: OfferingLookup = () => undefined;
  const memory = {
    offerings,
    rates,
    meters,
    contracts,
    contractsByLabel,
    watermark: { version: 0, revision: 0n, policyVersion: 0, contractRevision: 0n },
    add(changes: CatalogueChanges, horizon: Date, cache: PriceCache): void {
      for (const info of changes.offerings) {
        offerings.set(info.offering, info);
        cache.forget(info.offering);
      }
      if (changes.offerings.length > 0) lookup = offeringLookup([...offerings.values()].map(named));
      for (const [offering, changed] of Map.groupBy(changes.rates, (rate) => rate.offering)) {
        const byId = new Map([...(rates.get(offering) ?? []), ...changed].map((rate) => [rate.rateId, rate]));
        const kept = [...byId.values()].filter(({ closedAt }) => closedAt === null || closedAt > horizon);
        rates.set(offering, kept.sort(byMeter));
        cache.forget(offering);
      }
      versions.push(...changes.versions);
      // The version active at the horizon is kept: instants from then on are answered from here.
      const first = versions.findLastIndex(({ activeFrom }) => activeFrom <= horizon);
      if (first > 0) versions = versions.slice(first);
      policies.push(...changes.policies);
      for (const contract of changes.contracts) {
        const { customerId, label } = contract;
        const others = (contracts.get(customerId) ?? []).filter((it) => it.label !== label);
        contracts.set(customerId, [contract, ...others]);
        contractsByLabel.set(label, contract);
      }
      for (const { name, ...meter } of changes.meters) meters.set(name, meter);
      memory.watermark = changes.watermark;
    },
    resolve(name: string): string | null {
      if (offerings.has(name)) return name;
      const slash = name.indexOf("/");
      return slash < 0 ? null : (lookup(name.slice(0, slash), name.slice(slash + 1)) ?? null);
    },
    /** Whether the version at an instant is known here, or known not to be. */
    remembers(instant: Date): boolean {
      const [oldest] = versions;
      return oldest === undefined || oldest.version === 1 || instant >= oldest.activeFrom;
    },
    versionAt: (instant: Date): number | null =>
      versions.findLast(({ activeFrom }) => activeFrom <= instant)?.version ?? null,
    oldestVersion: (): number => versions[0]?.version ?? 0,
    // The first policy reaches back: there is no usage without a policy.
    policyAt: (instant: Date): PolicyVersion =>
      must(
        policies.findLast(({ activeFrom }) => activeFrom <= instant) ?? policies[0],
        "a markup policy is seeded before the catalogue is asked",
      ),
    contractNamed: (label: string): ContractVersion =>
      must(contractsByLabel.get(label), `${label} was pinned, so it exists`),
    policyOf: (version: number): PolicyVersion =>
      must(
        policies.find((policy) => policy.version === version),
        `markup policy ${version} was pinned, so it exists`,
      ),
  };
  return memory;
}

/** In the order of the meters, conditions after what is unconditional, the newest first. */
function byMeter(a: StoredRate, b: StoredRate): number {
  if (a.meter !== b.meter) return rankOf(a.meter) - rankOf(b.meter) || (a.meter < b.meter ? -1 : 1);
  const [keyA, keyB] = [pointKey(a), pointKey(b)];
  return keyA === keyB ? b.openedVersion - a.openedVersion : keyA < keyB ? -1 : 1;
}

const METER_RANK: ReadonlyMap<string, number> = new Map(
  Object.keys(METERS).map((name, index) => [name, index]),
);
const rankOf = (meter: string): number => METER_RANK.get(meter) ?? METER_RANK.size;

const named = ({ provider, model, aliases }: OfferingInfo): NamedOffering => ({ provider, model, aliases });

function listOfferings(memory: ReturnType<typeof createMemory>, now: Date) {
  let until = Number.POSITIVE_INFINITY;
  const offerings = [...memory.offerings.values()]
    .map((info): StoredOffering => {
      const open = (memory.rates.get(info.offering) ?? []).filter(
        ({ closedVersion }) => closedVersion === null,
      );
      for (const { validFrom, validUntil } of open) {
        for (const edge of [validFrom, validUntil]) {
          if (edge !== null && edge > now) until = Math.min(until, edge.getTime());
        }
      }
      return ratedOffering(
        info,
        open.filter((rate) => isInForce(rate, now)),
      );
    })
    .sort((a, b) => (a.offering < b.offering ? -1 : 1));
  return { offerings, until };
}

/** Rates that ended earlier are queried when they are asked for. */
const MEMORY_MS = 35 * 24 * 60 * 60 * 1000;
