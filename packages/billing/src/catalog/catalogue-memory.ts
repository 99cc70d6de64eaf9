import { METERS, must, type NamedOffering, type OfferingLookup, offeringLookup } from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { OfferingInfo } from "./catalogue.ts";
import type { CatalogueChanges, VersionStart } from "./catalogue-reads.ts";
import type { PolicyVersion } from "./markup-policies.ts";
import type { PriceCache } from "./price-cache.ts";
import { pointKey, type StoredRate } from "./rate-rows.ts";

export type CatalogueMemory = ReturnType<typeof createCatalogueMemory>;

/**
 * What a process knows of the catalogue: rates of the last 35 days, every offering, every policy, every contract. It reads
 * nothing by itself; `add` takes what changed, and what is known of an instant or a version never changes.
 */
export function createCatalogueMemory() {
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
