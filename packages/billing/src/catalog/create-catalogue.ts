import { markupMismatch } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { type ContractVersion, contractOf } from "../contracts/contract-version.ts";
import type { Catalogue, CataloguePrice, PinnedVersions, StoredOffering } from "./catalogue.ts";
import { createCatalogueMemory } from "./catalogue-memory.ts";
import { readChanges, readRatesOf, readVersionAt, readWatermark } from "./catalogue-reads.ts";
import { type Listing, listOfferings } from "./list-offerings.ts";
import { ensurePolicy, type PolicyVersion } from "./markup-policies.ts";
import { createPriceCache } from "./price-cache.ts";
import type { StoredRate } from "./rate-rows.ts";

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
  const memory = createCatalogueMemory();
  const cache = createPriceCache();
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let listing: Listing | null = null;

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

/** Rates that ended earlier are queried when they are asked for. */
const MEMORY_MS = 35 * 24 * 60 * 60 * 1000;
