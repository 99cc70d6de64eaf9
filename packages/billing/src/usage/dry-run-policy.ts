import {
  err,
  type LossMakingRate,
  lossMakingRates,
  type Nanos,
  nanos,
  ok,
  type Result,
  rateUsage,
} from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { draftPolicy } from "../catalog/draft-policy.ts";
import { policiesUnderContracts, totalAtItsPlace } from "../contracts/past-terms.ts";
import type { Ctx } from "../ctx.ts";
import {
  compilerOf,
  eachPastEvents,
  isPricedByList,
  PAST_EVENTS_MAX,
  type PastEvent,
  storedPools,
} from "./past-events.ts";
import { resolveReadable } from "./resolve-readable.ts";
import type { InvalidField } from "./usage-error.ts";

/** A part of the usage under the rules it was priced by, and under the draft. */
export type PolicyImpact = { events: number; before: Nanos; after: Nanos; difference: Nanos };

export type PolicyDryRun = PolicyImpact & {
  from: Date;
  to: Date;
  /** The most affected first, at most 50 each. */
  customers: (PolicyImpact & { customerId: string; name: string })[];
  offerings: (PolicyImpact & { offering: string })[];
  /** Events left out: their amount was not decided by rates alone. */
  skipped: number;
  unpriced: number;
  /** False where there were more events than are looked at. */
  complete: boolean;
  /** Rates on sale that the draft would price below what the operator pays, at most 200. */
  losses: { offering: string; meter: string; ruleId: string; allowed: boolean }[];
};

/**
 * Prices the usage of the last days under draft markup rules, each event by the rates that priced it; exact, per customer
 * and offering. Writes nothing.
 *
 * `validation_error` names the rule that is not well-formed.
 */
export async function dryRunPolicy(
  ctx: Ctx,
  actor: Actor,
  input: {
    rules: readonly unknown[];
    /** 1 … 30. */
    days: number;
    customer?: string | undefined;
    offering?: string | undefined;
  },
): Promise<Result<PolicyDryRun, ResolveCustomerError | InvalidField>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may try markup rules." });
  }
  const draft = draftPolicy(input.rules);
  if (!draft.ok) return draft;
  const customer = input.customer === undefined ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const to = ctx.clock();
  const from = new Date(to.getTime() - input.days * DAY_MS);
  const compile = compilerOf((offering) => offering);
  const under = policiesUnderContracts();
  const byCustomer = new Map<string, Sums>();
  const byOffering = new Map<string, Sums>();
  const total: Sums = { events: 0, before: 0n, after: 0n };
  let [skipped, unpriced] = [0, 0];

  const lookAt = async (event: PastEvent) => {
    if (!isPricedByList(event)) {
      skipped += 1;
      return;
    }
    const {
      offering,
      catalogueVersion,
      policyVersion,
      contract,
      occurredAt: at,
      dimensions,
      billing,
    } = event;
    const pinned = { catalogueVersion, policyVersion, contract };
    const priced = await ctx.catalogue.atVersion(offering, pinned, at);
    const rated =
      priced &&
      rateUsage(compile(priced.offering, under(draft.value, priced.contract)), {
        pools: storedPools(ctx, event),
        dimensions,
        billing,
        at,
        unlisted: "allow",
      });
    if (!priced || !rated?.ok) {
      unpriced += 1;
      return;
    }
    const after = totalAtItsPlace(rated.value, priced.offering, priced.contract, event.lines);
    for (const sums of [total, sumsOf(byCustomer, event.customerId), sumsOf(byOffering, offering)]) {
      sums.events += 1;
      sums.before += event.amount;
      sums.after += after;
    }
  };
  const offering =
    input.offering === undefined ? null : (ctx.catalogue.resolve(input.offering) ?? input.offering);
  const { complete } = await eachPastEvents(
    ctx,
    { from, to, by: "recorded", offering, customerId: customer?.value.id, limit: PAST_EVENTS_MAX },
    async (events) => {
      for (const event of events) await lookAt(event);
    },
  );
  const customers = mostAffected(byCustomer);
  const names = await readNames(
    ctx,
    customers.map(([id]) => id),
  );
  const onSale = ctx.catalogue.all().filter(({ listed }) => listed);
  return ok({
    from,
    to,
    ...impactOf(total),
    customers: customers.map(([customerId, sums]) => ({
      customerId,
      name: names.get(customerId) ?? customerId,
      ...impactOf(sums),
    })),
    offerings: mostAffected(byOffering).map(([name, sums]) => ({ offering: name, ...impactOf(sums) })),
    skipped,
    unpriced,
    complete,
    losses: lossMakingRates(draft.value, onSale).slice(0, LOSSES_MAX).map(lossOf),
  });
}

type Sums = { events: number; before: bigint; after: bigint };

function sumsOf(map: Map<string, Sums>, key: string): Sums {
  const known = map.get(key) ?? { events: 0, before: 0n, after: 0n };
  map.set(key, known);
  return known;
}

const impactOf = ({ events, before, after }: Sums): PolicyImpact => ({
  events,
  before: nanos(before),
  after: nanos(after),
  difference: nanos(after - before),
});

function mostAffected(map: ReadonlyMap<string, Sums>): [string, Sums][] {
  const size = ({ before, after }: Sums) => (after > before ? after - before : before - after);
  return [...map]
    .sort(([a, x], [b, y]) => (size(x) === size(y) ? (a < b ? -1 : 1) : size(x) > size(y) ? -1 : 1))
    .slice(0, ROWS_MAX);
}

async function readNames({ sql }: Pick<Ctx, "sql">, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; name: string }[]>`
    select id, name from ratebook.customer where id = any(${ids}::uuid[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const lossOf = ({ rate, ruleId, allowed }: LossMakingRate) => ({
  offering: rate.offering,
  meter: rate.meter,
  ruleId,
  allowed,
});

const DAY_MS = 24 * 60 * 60 * 1000;
const ROWS_MAX = 50;
const LOSSES_MAX = 200;
