import { err, type Nanos, ok, type Result, type Unrated } from "@ratebook/core";
import { type ResolveCustomerError, resolveCustomer } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import { staleOffering } from "../catalog/stale-offering.ts";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { quoteMeaning } from "./draft-usage.ts";
import { meterUsage } from "./meter-usage.ts";
import { priceUsage } from "./price-draft.ts";
import { signQuote } from "./quote-token.ts";
import { mayReport } from "./record-usage-batch.ts";
import { type DebitLine, debitLine } from "./stored-line.ts";
import type { InvalidField } from "./usage-error.ts";
import { type EventContext, type NamedOffering, offeringName, type ReportedUsage } from "./usage-report.ts";

export type QuoteUsageInput = NamedOffering &
  ReportedUsage &
  Pick<EventContext, "dimensions"> & {
    customer?: string | undefined;
    billing?: "platform" | "byok" | undefined;
    /** 1 … 900; default 900. */
    ttlSeconds?: number | undefined;
  };

export type QuotedUsage = {
  /** Signed; names the quote on one debit of this customer for exactly these quantities. */
  quoteId: string;
  expiresAt: Date;
  offering: string;
  amount: Nanos;
  upstream: Nanos;
  lines: readonly DebitLine[];
  /** Its prices were not confirmed for longer than their source's freshness allows; they are what is billed. */
  stale: boolean;
  staleBecause: string | null;
  catalogueVersion: number;
  policyVersion: number;
  /** The customer's contract that made the price; null where it has none. */
  contract: string | null;
};

export type QuoteUsageError = ResolveCustomerError | InvalidField | Unrated;

/**
 * Prices usage as a debit would be priced now and promises that price for at most 15 minutes. Nothing is debited.
 *
 * `unrated` where the usage has no price: a quote is never conservative.
 */
export async function quoteUsage(
  ctx: Ctx,
  actor: Actor,
  input: QuoteUsageInput,
): Promise<Result<QuotedUsage, QuoteUsageError>> {
  // A quote tells what a customer pays; whoever reports its usage may know.
  if (!mayReport(actor) && !hasScope(actor, "read")) return err(NEITHER_READS_NOR_REPORTS);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const offering = offeringName(input);
  if (offering === null) return err(NO_OFFERING);
  const metered = meterUsage(ctx, input, offering);
  if (!metered.ok) return metered;
  const pools = metered.value;
  const dimensions = input.dimensions ?? {};
  const billing = input.billing ?? "platform";
  const at = ctx.clock();
  const customerId = customer.value.id;
  const book = await openVolumeBook(ctx, [{ customerId, at }]);
  const question = { customerId, book, offering, pools, dimensions, billing, at, pinned: null };
  const priced = await priceUsage(ctx, question);
  if (!priced.ok) return priced;
  const { total, listCost, lines, contract, offering: priced_as } = priced.value;
  const versions = versionsOf(priced.value, ctx);
  const promise = {
    id: ctx.newId(),
    customerId,
    meaningHash: quoteMeaning({ customerId, offering, pools, dimensions, billing }),
    ...versions,
    contract,
    volume: Object.fromEntries(
      lines.flatMap((line) => (line.kind === "volume" ? [[line.discount, line.position]] : [])),
    ),
    at,
    expiresAt: new Date(at.getTime() + (input.ttlSeconds ?? LONGEST_SECONDS) * 1000),
  };
  await ctx.sql`
    insert into ratebook.quote (id, customer_id, offering, meaning_hash, catalogue_version, policy_version, contract,
      amount, at, expires_at)
    values (${promise.id}, ${customerId}, ${priced_as ?? offering}, ${promise.meaningHash}, ${versions.catalogueVersion},
      ${versions.policyVersion}, ${contract}, ${total}, ${at}, ${promise.expiresAt})`;
  const because = await staleOffering(ctx, priced_as ?? offering);
  return ok({
    quoteId: signQuote(promise, ctx.secret),
    expiresAt: promise.expiresAt,
    offering: priced_as ?? offering,
    amount: total,
    upstream: listCost,
    lines: lines.map(debitLine),
    stale: because !== null,
    staleBecause: because,
    ...versions,
    contract,
  });
}

/** Quotes live at most this long. */
export const LONGEST_SECONDS = 900;

function versionsOf(
  priced: { catalogueVersion: number | null; policyVersion: number | null },
  ctx: Pick<Ctx, "catalogue">,
): { catalogueVersion: number; policyVersion: number } {
  const current = ctx.catalogue.current();
  return {
    catalogueVersion: priced.catalogueVersion ?? current.catalogueVersion,
    policyVersion: priced.policyVersion ?? current.policyVersion,
  };
}

const NO_OFFERING: InvalidField = {
  kind: "validation_error",
  field: "offering",
  message: "is required: name an offering, or a provider and a model",
};

const NEITHER_READS_NOR_REPORTS = {
  kind: "access_denied",
  message: "This key lacks the scope read or usage:write.",
} as const;
