import {
  type Nanos,
  NOTICE_MS,
  nanos,
  noticeAsOf,
  ok,
  type Result,
  runwayDays,
  stopsAt,
  wholeQuantity,
} from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readStanding } from "../usage/get-balance.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { readKinds } from "./kinds.ts";
import { priceQuantity } from "./price-resource.ts";
import { type Runway, readRunways } from "./read-runways.ts";
import { readInfrastructureSettings } from "./settings.ts";

/** How a customer's infrastructure stands: what it has and may have, what it costs, and how long the credits last. */
export type Infrastructure = {
  quota: { current: number; max: number; remaining: number };
  balance: Nanos;
  available: Nanos;
  debt: Nanos;
  /** Whether there is a price for one more deployment, and the credits pay for it. */
  canDeploy: boolean;
  running: number;
  infrastructureDaily: Nanos;
  /** Whether some of what runs or is stored has no price, and is in no amount. */
  hasUnpriced: boolean;
  usageDaily: Nanos;
  accrued: Nanos;
  /** The same of what ran since the last bill. */
  accruedHasUnpriced: boolean;
  /** Days in tenths, rounded down; null where nothing is being spent. */
  runwayDays: number | null;
  noticeHours: number;
  notice: "active" | "warned" | "stopping" | "stopped";
  warnedAt: Date | null;
  deliveredAt: Date | null;
  stopsAt: Date | null;
  /** Null where the catalogue has no such price. */
  deploymentFee: Nanos | null;
  containerPerDay: Nanos | null;
  storagePerGbDay: Nanos | null;
  asOf: Date;
};

/** Reads how a customer's infrastructure stands now. */
export async function getInfrastructure(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<Infrastructure, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  const [standing, runways, settings, prices, counted] = await Promise.all([
    readStanding(ctx, id),
    readRunways(ctx, [id]),
    readInfrastructureSettings(ctx),
    readPrices(ctx, id),
    ctx.sql<{ live: number }[]>`
      select count(*)::int as live from ratebook.resource
      where customer_id = ${id} and kind <> 'storage' and state in ('deploying', 'running', 'stopped')`,
  ]);
  const runway = runways.get(id);
  if (runway === undefined) throw new Error(`customer ${id} has no wallet`);
  const current = counted[0]?.live ?? 0;
  const { balance, available, debt, status } = standing;
  const { deploymentFee: fee, containerPerDay: perDay } = prices;
  return ok({
    quota: { current, max: settings.containersMax, remaining: Math.max(settings.containersMax - current, 0) },
    balance,
    available,
    debt,
    canDeploy:
      fee !== null &&
      perDay !== null &&
      available >= fee &&
      status === "active" &&
      current < settings.containersMax,
    ...standingOf(ctx, runway),
    ...prices,
    asOf: ctx.clock(),
  });
}

/** What a runway says, in the words people read. */
export function standingOf(ctx: Pick<Ctx, "clock">, runway: Runway) {
  const { running, infrastructureDaily, hasUnpriced, usageDaily, accrued, accruedHasUnpriced } = runway;
  const now = ctx.clock();
  const notice = noticeAsOf(runway.notice, { now, runwayMs: runway.runwayMs, running });
  return {
    running,
    infrastructureDaily,
    hasUnpriced,
    usageDaily,
    accrued,
    accruedHasUnpriced,
    runwayDays: runwayDays(runway.runwayMs),
    noticeHours: NOTICE_MS / 3_600_000,
    notice: notice.state,
    warnedAt: "warnedAt" in notice ? notice.warnedAt : null,
    deliveredAt: "deliveredAt" in notice ? notice.deliveredAt : null,
    stopsAt: stopsAt(notice, now, runway.runwayMs),
  };
}

async function readPrices(ctx: Ctx, customerId: string) {
  const contract = ctx.catalogue.contractAt(customerId, ctx.clock());
  const kinds = await readKinds(ctx);
  const one = wholeQuantity(1n);
  const price = async (of: Parameters<typeof priceQuantity>[1] | null | undefined): Promise<Nanos | null> => {
    if (of == null) return nanos(0n);
    const priced = await priceQuantity(ctx, of, one, ctx.clock(), contract);
    return priced.ok ? priced.value.total : null;
  };
  const [deploymentFee, containerPerDay, storagePerGbDay] = await Promise.all([
    price(kinds.get("container")?.setup),
    price(kinds.get("container")),
    price(kinds.get("storage")),
  ]);
  return { deploymentFee, containerPerDay, storagePerGbDay };
}
