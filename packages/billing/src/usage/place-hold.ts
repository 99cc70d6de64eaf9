import { err, must, type Nanos, ok, type Pools, type Result, type Unrated, ZERO_NANOS } from "@ratebook/core";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { keyOf, namesOf } from "./draft-usage.ts";
import { findEarlier } from "./find-earlier.ts";
import { findHolds } from "./find-holds.ts";
import { meaningHash } from "./meaning.ts";
import { meterUsage } from "./meter-usage.ts";
import { priceConservatively, priceUsage } from "./price-draft.ts";
import { mayReport } from "./record-usage-batch.ts";
import { refusalOf } from "./refusal.ts";
import { readUsagePolicies } from "./settings.ts";
import type { InvalidField, RecordUsageError } from "./usage-error.ts";
import { type EventContext, type NamedOffering, offeringName, type ReportedUsage } from "./usage-report.ts";

export type PlaceHoldInput = NamedOffering &
  ReportedUsage &
  Omit<EventContext, "occurredAt"> & {
    customer?: string | undefined;
    /** Set aside exactly this; else what the usage would cost now. */
    amount?: Nanos | undefined;
    /** 1 … 86,400; default 900. */
    ttlSeconds?: number | undefined;
    idempotencyKey: string;
  };

export type PlacedHold = {
  holdId: string;
  status: "placed" | "replayed";
  amount: Nanos;
  expiresAt: Date | null;
  balance: Nanos;
  available: Nanos;
  /** Null on a replay of a hold that is resolved since. */
  catalogueVersion: number | null;
  policyVersion: number | null;
};

/**
 * Sets credits aside before a call and pins the prices its settle is rated with.
 *
 * Refused where available is short, the customer owes, or is suspended; a refusal writes nothing, so the key works
 * after a top-up. Replaying a key gives the first hold. Usage without a price is `unrated`, unless the operator's policy
 * for the gate is conservative.
 */
export async function placeHold(
  ctx: Ctx,
  actor: Actor,
  input: PlaceHoldInput,
): Promise<Result<PlacedHold, RecordUsageError>> {
  if (!mayReport(actor)) return err(NOT_ALLOWED);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const named = await toSetAside(ctx, customerId, input);
  if (!named.ok) return named;
  const { amount, pools, problem } = named.value;
  const id = opId("hold", input.idempotencyKey);
  const meaning = meaningHash({
    operation: "hold",
    customerId,
    offering: offeringName(input),
    pools,
    dimensions: input.dimensions,
    amount: input.amount,
  });
  if (problem !== null) {
    const earlier = await findEarlier(ctx, [{ customerId, opId: id }]);
    if (earlier({ customerId, opId: id }) === undefined) return err(problem);
  }
  await keepRequest(ctx, customerId, id, { ...input, keyId: keyOf(actor) });
  const pins = ctx.catalogue.current();
  const outcome = await ctx.ledger.post({
    kind: "hold",
    account: customerId,
    opId: id,
    meaningHash: meaning,
    amount,
    ttlSeconds: input.ttlSeconds ?? DEFAULT_SECONDS,
    pins: { ...pins, contract: ctx.catalogue.contractAt(customerId, ctx.clock())?.label ?? null },
    for: { ...namesOf(input, undefined), keyId: keyOf(actor) },
  });
  if (outcome.kind !== "done" && outcome.kind !== "replayed") {
    return err(refusalOf(ctx, outcome, customerId));
  }
  const { expiresAt, balance, available } = outcome;
  const placed = { holdId: id, expiresAt, balance, available };
  return ok(
    outcome.kind === "done"
      ? { ...placed, status: "placed", amount, ...pins }
      : { ...placed, status: "replayed", ...(await firstHold(ctx, customerId, id)) },
  );
}

type ToSetAside = {
  amount: Nanos;
  pools: Pools | null;
  /** Why nothing can be set aside now, unless it already was. */
  problem: Unrated | null;
};

async function toSetAside(
  ctx: Ctx,
  customerId: string,
  input: PlaceHoldInput,
): Promise<Result<ToSetAside, InvalidField>> {
  const { amount } = input;
  const hasUsage = input.usage !== undefined || input.quantities !== undefined;
  if (amount !== undefined) {
    return hasUsage ? err(AMOUNT_OR_USAGE) : ok({ amount, pools: null, problem: null });
  }
  const offering = offeringName(input);
  if (offering === null) return err(AMOUNT_OR_USAGE);
  const metered = meterUsage(ctx, input, offering);
  if (!metered.ok) return metered;
  const pools = metered.value;
  const at = ctx.clock();
  const question = {
    customerId,
    book: await openVolumeBook(ctx, [{ customerId, at }]),
    offering,
    pools,
    dimensions: input.dimensions ?? {},
    billing: "platform",
    at,
    pinned: null,
  } as const;
  const price = await priceUsage(ctx, question);
  if (price.ok) return ok({ amount: price.value.total, pools, problem: null });
  const { unrated } = await readUsagePolicies(ctx);
  const careful = unrated.gate === "conservative" ? await priceConservatively(ctx, question) : price;
  return careful.ok
    ? ok({ amount: careful.value.total, pools, problem: null })
    : ok({ amount: ZERO_NANOS, pools, problem: careful.error });
}

/** A refused attempt leaves its row behind; the attempt that places the hold is the one that counts. */
async function keepRequest(
  { sql, clock }: Ctx,
  customerId: string,
  holdId: string,
  input: PlaceHoldInput & { keyId: string | null },
): Promise<void> {
  const { dimensions, metadata } = input;
  await sql`
    insert into ratebook.hold_request (customer_id, hold_id, offering, dimensions, agent_id, app_id, user_id, key_id, metadata,
      created_at)
    values (${customerId}, ${holdId}, ${offeringName(input)}, ${sql.json({ ...dimensions })}, ${input.agentId ?? null},
      ${input.appId ?? null}, ${input.userId ?? null}, ${input.keyId}, ${JSON.stringify(metadata ?? {})}::text::jsonb, ${clock()})
    on conflict (customer_id, hold_id) do update set offering = excluded.offering, dimensions = excluded.dimensions,
      agent_id = excluded.agent_id, app_id = excluded.app_id, user_id = excluded.user_id, key_id = excluded.key_id, metadata = excluded.metadata,
      created_at = excluded.created_at
    where not exists (
      select from ratebook.entry e where e.op_id = excluded.hold_id and e.account_id = excluded.customer_id)`;
}

/** The first answer's amount and versions; versions are gone once the hold is resolved. */
async function firstHold(
  ctx: Ctx,
  customerId: string,
  holdId: string,
): Promise<Pick<PlacedHold, "amount" | "catalogueVersion" | "policyVersion">> {
  const key = { customerId, opId: holdId };
  const [earlier, holds] = await Promise.all([
    findEarlier(ctx, [key]),
    findHolds(ctx, [{ customerId, holdId }]),
  ]);
  const pinned = holds(customerId, holdId)?.pinned;
  return {
    amount: must(earlier(key), "a replayed hold has its entry").asked,
    catalogueVersion: pinned?.catalogueVersion ?? null,
    policyVersion: pinned?.policyVersion ?? null,
  };
}

const DEFAULT_SECONDS = 900;

const NOT_ALLOWED: RecordUsageError = {
  kind: "access_denied",
  message: "This credential lacks the scope usage:write.",
};

const AMOUNT_OR_USAGE: InvalidField = {
  kind: "validation_error",
  field: "amount",
  message: "is required, or an offering with usage or quantities; give one of the two",
};
