import {
  type BillingMode,
  contractRules,
  err,
  MarkupRule as MarkupRuleSchema,
  type Modality,
  type Nanos,
  nanos,
  ok,
  type Result,
} from "@ratebook/core";
import { z } from "zod";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { readContracts, versionOf } from "../contracts/contract-version.ts";
import type { Ctx } from "../ctx.ts";
import type { Receipt, ReceiptRate } from "./receipt.ts";
import { receiptContract } from "./receipt-contract.ts";
import { type ReceiptRules, receiptLine } from "./receipt-lines.ts";
import { resolveReadable } from "./resolve-readable.ts";
import { readLines, type StoredLine } from "./stored-line.ts";

/** The customer has no usage under this id. */
export type ReceiptNotFound = { kind: "receipt_not_found"; id: string };

/**
 * The receipt of one usage event: what was used, which rates and rules priced it and where they come from, the entry it
 * made, and which grants paid.
 */
export async function getReceipt(
  ctx: Ctx,
  actor: Actor,
  { id, customer: named }: { id: string; customer?: string | undefined },
): Promise<Result<Receipt, ResolveCustomerError | ReceiptNotFound>> {
  const owner = named ?? (await ownerOf(ctx, actor, id));
  if (owner === null) return err(notFound(id));
  const customer = await resolveReadable(ctx, actor, owner);
  if (!customer.ok) return customer;
  const event = await readEvent(ctx, customer.value.id, id);
  if (event === undefined) return err(notFound(id));
  const lines = readLines(event.lines);
  const [rates, rules, paid] = await Promise.all([
    readRates(ctx, lines),
    readRules(ctx, event),
    readPaid(ctx, event),
  ]);
  const paidBy = paid.filter(({ amount }) => amount > 0n);
  const attributed = paidBy.reduce((sum, { amount }) => sum + amount, 0n);
  return ok({
    id,
    customerId: customer.value.id,
    state: event.state,
    parkReason: event.parkReason,
    ratedBy: event.ratedBy,
    rates: event.state === "rated" && event.kind === "debit" ? event.refId : null,
    offering: event.offering,
    billing: event.billing,
    pools: event.pools,
    dimensions: event.dimensions,
    outcome: event.outcome,
    lines: lines.map((line) => receiptLine(line, { rates, rules, event })),
    amount: event.amount,
    upstream: event.upstream,
    rounding: "half-even, once per line, to 0.000000001 USD",
    versions: { catalogue: event.catalogueVersion, policy: event.policyVersion, contract: event.contract },
    contract: rules.contract && receiptContract(rules.contract, { ...event, lines }),
    entry: {
      seq: event.seq,
      kind: event.kind,
      contra: event.contra,
      amount: event.entryAmount,
      debtIncurred: nanos(event.amount + event.entryAmount),
      heldDelta: event.heldDelta,
      balanceAfter: event.balanceAfter,
      heldAfter: event.heldAfter,
      debtAfter: event.debtAfter,
      late: event.late,
      createdAt: event.createdAt,
    },
    paidBy,
    provisional: nanos(0n - event.entryAmount - attributed),
    reversed: event.reversed,
    holdId: event.kind === "settle" ? event.refId : null,
    quoteId: event.quoteId,
    agentId: event.agentId,
    appId: event.appId,
    keyId: event.keyId,
    userId: event.userId,
    metadata: event.metadata,
    occurredAt: event.occurredAt,
  });
}

const notFound = (id: string): ReceiptNotFound => ({ kind: "receipt_not_found", id });

/**
 * The customer an id belongs to, for those who may act for anyone; null where nobody has it. Undefined leaves it to them
 * to name the customer: one key may have been used for two.
 */
async function ownerOf(
  { sql }: Pick<Ctx, "sql">,
  actor: Actor,
  id: string,
): Promise<string | null | undefined> {
  if (actor.kind === "key" || actor.kind === "member" || actor.kind === "portal") return undefined;
  const rows = await sql<{ account: string }[]>`
    select account_id as account from ratebook.entry where op_id = ${id} limit 2`;
  return rows.length === 0 ? null : rows.length === 1 ? rows[0]?.account : undefined;
}

type EventRow = Pick<
  Receipt,
  | "state"
  | "parkReason"
  | "ratedBy"
  | "offering"
  | "pools"
  | "dimensions"
  | "outcome"
  | "amount"
  | "upstream"
  | "reversed"
  | "quoteId"
  | "agentId"
  | "appId"
  | "keyId"
  | "userId"
  | "metadata"
  | "occurredAt"
> &
  Omit<Receipt["entry"], "amount" | "debtIncurred"> & {
    customerId: string;
    billing: BillingMode;
    lines: unknown;
    catalogueVersion: number | null;
    policyVersion: number | null;
    contract: string | null;
    /** Of the offering as it is now; it does not change. */
    modality: Modality | null;
    refId: string | null;
    entryAmount: Nanos;
    consumedAfter: Nanos;
  };

async function readEvent(
  { sql }: Pick<Ctx, "sql">,
  customerId: string,
  id: string,
): Promise<EventRow | undefined> {
  const rows = await sql<EventRow[]>`
    select u.account_id as "customerId", u.state, u.park_reason as "parkReason", u.offering, u.billing, u.pools,
      u.dimensions, u.outcome, u.lines, u.amount, u.list_cost as upstream, u.catalogue_version as "catalogueVersion",
      u.policy_version as "policyVersion", u.contract, o.modality, u.quote_id as "quoteId", u.agent_id as "agentId",
      u.app_id as "appId", u.key_id as "keyId", u.user_id as "userId", u.metadata, u.occurred_at as "occurredAt",
      e.seq, e.kind, e.contra, e.amount as "entryAmount", e.held_delta as "heldDelta",
      e.balance_after as "balanceAfter", e.held_after as "heldAfter", e.debt_after as "debtAfter",
      e.consumed_after as "consumedAfter", e.late, e.ref_id as "refId", e.created_at as "createdAt",
      (select d.op_id from ratebook.entry d where d.ref_id = e.op_id and d.account_id = e.account_id
        and d.bucket = e.bucket and d.kind = 'debit') as "ratedBy",
      ratebook.given_back(e.bucket, e.account_id, e.op_id) as reversed
    from ratebook.usage_event u
    join ratebook.entry e on e.op_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket
    left join ratebook.offering o on o.offering = u.offering
    where u.bucket = ratebook.bucket_of(${customerId}::uuid) and u.account_id = ${customerId} and u.op_id = ${id}`;
  return rows[0];
}

/** The grants whose stretches of the wallet's consumption overlap this entry's. */
function readPaid({ sql }: Pick<Ctx, "sql">, event: EventRow): Promise<Receipt["paidBy"]> {
  const from = event.consumedAfter + event.entryAmount;
  return sql<Receipt["paidBy"]>`
    select a.grant_id as "grantId", g.category, g.source,
      sum(least(a.consumed_to, ${event.consumedAfter}) - greatest(a.consumed_from, ${from}))::int8 as amount
    from ratebook.allocation a
    join ratebook."grant" g on g.bucket = a.bucket and g.account_id = a.account_id and g.grant_id = a.grant_id
    where a.bucket = ratebook.bucket_of(${event.customerId}::uuid) and a.account_id = ${event.customerId}
      and a.consumed_to > ${from} and a.consumed_from < ${event.consumedAfter}
    group by 1, 2, 3 order by min(a.consumed_from)`;
}

async function readRates(
  { sql }: Pick<Ctx, "sql">,
  lines: readonly StoredLine[],
): Promise<Map<string, ReceiptRate>> {
  const ids = lines.flatMap((line) => (line.kind === "usage" ? [line.rateId, ...(line.ties ?? [])] : []));
  if (ids.length === 0) return new Map();
  const rows = await sql<ReceiptRate[]>`
    select rate_id as "rateId", meter, trim_scale(usd)::text as usd, per::int as per, conditions as when, free,
      trim_scale(minimum)::text as minimum, trim_scale(increment)::text as increment,
      trim_scale(included)::text as included, trim_scale(own_cost)::text as "ownCost", source, sha256,
      where_in_document as where, opened_version as "openedVersion"
    from ratebook.rate where rate_id = any(${ids}::uuid[])`;
  return new Map(rows.map((rate) => [rate.rateId, rate]));
}

async function readRules(
  { sql }: Pick<Ctx, "sql">,
  { customerId, policyVersion, contract: label }: Pick<EventRow, "customerId" | "policyVersion" | "contract">,
): Promise<ReceiptRules> {
  if (policyVersion === null) return { inOrder: [], discounts: new Map(), contract: null };
  const before = label === null ? null : versionOf(label) + 1;
  const [[row], [contract = null]] = await Promise.all([
    sql<{ rules: unknown }[]>`select rules from ratebook.markup_policy where version = ${policyVersion}`,
    before === null ? [] : readContracts(sql, { customerId, before, limit: 1 }),
  ]);
  const own = contract?.terms ?? { prices: [], rules: [], discounts: [] };
  return {
    inOrder: [...contractRules(own), ...z.array(MarkupRuleSchema).parse(row?.rules)],
    discounts: new Map(own.discounts.map((discount) => [discount.id, discount])),
    contract,
  };
}
