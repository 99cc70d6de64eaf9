import {
  compareFractions,
  policyUnder,
  resolveMarkup,
  roundHalfEven,
  sellPrice,
  toDecimalText,
} from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import type { Notice } from "../alerts/customer-notice.ts";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { type ComingRate, conditionsOf, readComingRates } from "./coming-rates.ts";
import type { ContractVersion } from "./contract-version.ts";

type Change = Omit<Extract<Notice, { template: "contract_changes" }>, "template" | "key">;

/**
 * Tells customers with a contract, by mail and by event, what changes in their prices and terms within the next 30 days, each
 * change once: scheduled price changes of what they used in the last 30 days, the end of a price lock, and a contract that ends
 * or begins. A change that is put to another day is told again.
 *
 * A price change is told at the customer's own price before and after; one that the contract keeps away is none.
 *
 * @returns how many changes were told now
 */
export async function announceContractChanges(ctx: Ctx): Promise<number> {
  const now = ctx.clock();
  const contracts = ctx.catalogue.contracts();
  if (contracts.length === 0) return 0;
  const listed = ctx.catalogue.all().filter((offering) => offering.listed);
  const scheduled = (await readComingRates(ctx, listed)).filter(({ at }) => isSoon(at, now));
  let told = 0;
  for (const contract of contracts) {
    const changes = [
      ...termChanges(contract, contracts, now),
      ...(await priceChanges(ctx, contract, scheduled)),
    ];
    for (const change of changes) if (await tellOnce(ctx, contract, change)) told += 1;
  }
  return told;
}

/** What changes by the contract itself. */
function termChanges(
  { label, customerId, lock, validFrom, validUntil }: ContractVersion,
  contracts: readonly ContractVersion[],
  now: Date,
): Change[] {
  const changes: Change[] = [];
  const add = (what: Change["what"], at: Date) => changes.push({ contract: label, what, at, prices: [] });
  if (isSoon(validFrom, now)) add("begins", validFrom);
  if (validFrom > now) return changes;
  const isFollowed = contracts.some(
    (other) => other.customerId === customerId && other.validFrom.getTime() === validUntil?.getTime(),
  );
  // What follows at once is told as a beginning.
  if (isSoon(validUntil, now) && validUntil !== null && !isFollowed) add("ends", validUntil);
  const outlives = lock !== null && (validUntil === null || lock.until < validUntil);
  if (outlives && isSoon(lock.until, now)) add("lock_ends", lock.until);
  return changes;
}

async function priceChanges(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  contract: ContractVersion,
  scheduled: readonly ComingRate[],
): Promise<Change[]> {
  const { label, customerId, terms, validFrom, validUntil } = contract;
  const policy = policyUnder(ctx.catalogue.policy(), label, terms);
  const changes = new Map<number, string[]>();
  const used = scheduled.length === 0 ? new Set<string>() : await usedBy(ctx, customerId);
  for (const { at, before, offering } of scheduled) {
    const [rate] = offering.rates;
    if (at === null || rate === undefined || !used.has(offering.offering)) continue;
    if (at < validFrom || (validUntil !== null && at >= validUntil)) continue;
    // Under a price lock nothing changes; its end is told by itself.
    if ((await ctx.catalogue.at(offering.offering, at, contract))?.costs !== undefined) continue;
    const { rule } = resolveMarkup(policy, offering, rate.meter);
    const [old, next] = [sellPrice(before, rule, "platform"), sellPrice(rate, rule, "platform")];
    if (compareFractions(old.perUnit, next.perUnit) === 0) continue;
    const per = (price: typeof old) => priceText(price.perUnit, rate.per);
    const line = `${offering.offering} ${rate.meter}${conditionsOf(rate)}: ${per(old)} → ${per(next)} per ${rate.per}`;
    changes.set(at.getTime(), [...(changes.get(at.getTime()) ?? []), line]);
  }
  return [...changes].map(([at, prices]) => ({
    contract: label,
    what: "prices",
    at: new Date(at),
    prices: prices.sort(),
  }));
}

/** What a customer used in the last 30 days, as far as it is in the rollups. */
async function usedBy(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  customerId: string,
): Promise<ReadonlySet<string>> {
  const since = new Date(clock().getTime() - AHEAD_MS).toISOString().slice(0, 10);
  const rows = await sql<{ offering: string }[]>`
    select distinct offering from ratebook.usage_day_offering
    where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId} and day >= ${since}`;
  return new Set(rows.map(({ offering }) => offering));
}

async function tellOnce(ctx: Ctx, { customerId }: ContractVersion, change: Change): Promise<boolean> {
  const { contract, what, at, prices } = change;
  // An event is remembered for 30 days and a change is told at most that long ahead: its key tells it once.
  const key = `contract:${opId("mail", JSON.stringify([contract, what, at, prices]))}`;
  const [known] = await ctx.sql`select from ratebook.webhook_event where key = ${key}`;
  if (known) return false;
  await inTransaction(ctx.db, (tx) =>
    tellCustomer(ctx, tx, customerId, { template: "contract_changes", key, ...change }),
  );
  return true;
}

const isSoon = (at: Date | null, now: Date): boolean =>
  at !== null && at > now && at.getTime() <= now.getTime() + AHEAD_MS;

/** Dollars for so many units, exact up to 18 places. */
function priceText({ num, den }: { num: bigint; den: bigint }, per: bigint): string {
  const scale = 10n ** 18n;
  return `$${toDecimalText({ num: roundHalfEven({ num: num * per * scale, den }), den: scale }, 18)}`;
}

const AHEAD_MS = 30 * 24 * 60 * 60 * 1000;
