import {
  CONTRACT_RULE,
  compareFractions,
  lossMakingRates,
  type MarkupPolicy,
  markupMismatch,
  policyUnder,
  type RatedOffering,
} from "@ratebook/core";
import type { StoredOffering } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";
import { conditionsOf, readComingRates } from "./coming-rates.ts";
import type { ContractVersion } from "./contract-version.ts";

/** Something about a contract that an operator should know ahead of it. */
export type ContractNews = {
  kind:
    | "under_cost"
    | "coming_under_cost"
    | "lock_under_cost"
    | "price_of_nothing"
    | "lock_ends"
    | "contract_ends";
  contract: string;
  customerId: string;
  /** The offerings and meters it is about, at most 20; null where it is about the whole contract. */
  prices: string[] | null;
  /** When; null: now, or when somebody decides the proposal. */
  at: Date | null;
  sentence: string;
};

/**
 * What is wrong or about to change with contracts: agreed prices that the operator's cost has passed, or would pass with a
 * price change that is held or scheduled; locks under today's cost; agreed prices of what nobody is sold, such as a retired
 * offering; locks and contracts that end within 30 days.
 */
export async function readContractNews(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
): Promise<ContractNews[]> {
  const now = ctx.clock();
  const contracts = ctx.catalogue.contracts();
  if (contracts.length === 0) return [];
  const listed = ctx.catalogue.all().filter((offering) => offering.listed);
  const coming = await readComingRates(ctx, listed);
  const news: ContractNews[] = [];
  for (const contract of contracts) {
    const policy = policyUnder(ctx.catalogue.policy(), contract.label, contract.terms);
    const about = { contract: contract.label, customerId: contract.customerId };
    const losses = contractLosses(policy, listed);
    if (losses.length > 0) {
      const sentence = `${losses.length} agreed prices are under what you pay now`;
      news.push({ ...about, kind: "under_cost", prices: losses.slice(0, NAMED_MAX), at: null, sentence });
    }
    const unsold = pricesOfNothing(contract, listed);
    if (unsold.length > 0) {
      const sentence = `agreed prices name nothing that is sold: ${unsold.join(", ")}; usage of it waits for a price`;
      news.push({ ...about, kind: "price_of_nothing", prices: null, at: null, sentence });
    }
    for (const { at, offering } of coming) {
      const prices = contractLosses(policy, [offering]).filter((price) => !losses.includes(price));
      if (prices.length === 0) continue;
      const sentence = `a ${at === null ? "held" : "scheduled"} price change would put ${prices.join(", ")} under what you pay`;
      news.push({ ...about, kind: "coming_under_cost", prices, at, sentence });
    }
    news.push(...(await lockNews(ctx, contract, listed)), ...endNews(contract, now));
  }
  return news;
}

/** Prices that a rule of the contract, not of the operator's policy, puts under cost: `offering meter conditions`. */
function contractLosses(policy: MarkupPolicy, offerings: readonly RatedOffering[]): string[] {
  return lossMakingRates(policy, offerings)
    .filter(({ ruleId }) => ruleId.startsWith(CONTRACT_RULE))
    .map(({ rate }) => `${rate.offering} ${rate.meter}${conditionsOf(rate)}`);
}

/** Ids of fixed prices that no rate on sale is priced by, though nothing before them took it. */
const pricesOfNothing = ({ terms }: ContractVersion, listed: readonly StoredOffering[]): string[] =>
  terms.prices
    .filter(
      ({ match }) =>
        !listed.some((offering) =>
          offering.rates.some(({ meter }) => markupMismatch(match, offering, meter) === null),
        ),
    )
    .map(({ id }) => id);

async function lockNews(
  { catalogue, clock }: Pick<Ctx, "catalogue" | "clock">,
  contract: ContractVersion,
  listed: readonly StoredOffering[],
): Promise<ContractNews[]> {
  const { lock, label, customerId } = contract;
  const now = clock();
  if (lock === null || lock.until <= now) return [];
  const prices: string[] = [];
  for (const { offering } of listed) {
    const priced = await catalogue.at(offering, now, contract);
    for (const [meter, { rates }] of priced?.costs === undefined ? [] : priced.compiled.meters) {
      const today = priced?.costs?.meters.get(meter);
      for (const rate of rates) {
        const cost = today?.rates.find(({ key }) => key === rate.key)?.ownCostPerUnit;
        if (cost !== undefined && compareFractions(rate.sell.perUnit, cost) < 0) {
          prices.push(`${offering} ${meter}${conditionsOf(rate.rate)}`);
        }
      }
    }
  }
  if (prices.length === 0) return [];
  const sentence = `${prices.length} locked prices are under what you pay now`;
  return [
    {
      kind: "lock_under_cost",
      contract: label,
      customerId,
      prices: prices.slice(0, NAMED_MAX),
      at: null,
      sentence,
    },
  ];
}

function endNews({ lock, label, customerId, validUntil }: ContractVersion, now: Date): ContractNews[] {
  const soon = new Date(now.getTime() + AHEAD_MS);
  const about = { contract: label, customerId, prices: null };
  const news: ContractNews[] = [];
  if (lock !== null && lock.until > now && lock.until <= soon) {
    const sentence = `its price lock ends on ${dayOf(lock.until)}: today's rates apply from then on`;
    news.push({ ...about, kind: "lock_ends", at: lock.until, sentence });
  }
  if (validUntil !== null && validUntil > now && validUntil <= soon) {
    const sentence = `it ends on ${dayOf(validUntil)}`;
    news.push({ ...about, kind: "contract_ends", at: validUntil, sentence });
  }
  return news;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const AHEAD_MS = 30 * 24 * 60 * 60 * 1000;
const NAMED_MAX = 20;
