import { err, type Nanos, ok, type Result, type Unrated } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { pricesFor } from "../contracts/prices-for.ts";
import { openVolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { meterUsage } from "./meter-usage.ts";
import { priceUsage } from "./price-draft.ts";
import { type DebitLine, debitLine } from "./stored-line.ts";
import type { InvalidField } from "./usage-error.ts";
import { type EventContext, type NamedOffering, offeringName, type ReportedUsage } from "./usage-report.ts";

export type PreviewPriceInput = NamedOffering &
  ReportedUsage &
  Pick<EventContext, "dimensions"> & {
    /** Prices as they were active then. Default: now. */
    at?: Date | undefined;
    /** Whose prices; operators and services only. */
    customer?: string | undefined;
  };

/** What usage would cost at an instant; a promise to nobody. */
export type PricePreview = {
  offering: string;
  amount: Nanos;
  upstream: Nanos;
  lines: readonly DebitLine[];
  catalogueVersion: number | null;
  policyVersion: number | null;
  /** The contract it was priced under, with its volume discounts from where the month stands; null: everybody's price. */
  contract: string | null;
};

/**
 * Prices usage at the stored rates of an instant, as a debit of it would, for price pages and audits: nothing is written,
 * promised or debited, and no customer is needed; where `pricesFor` gives a contract, under it.
 *
 * Without usage and quantities it prices the offering's default request; null where the offering has none. `unrated`
 * where something has no price.
 */
export async function previewPrice(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  actor: Actor | null,
  input: PreviewPriceInput,
): Promise<Result<PricePreview | null, InvalidField | Unrated | ResolveCustomerError>> {
  const at = input.at ?? ctx.clock();
  const own = await pricesFor(ctx, actor, input.customer, at);
  if (!own.ok) return own;
  const contract = own.value;
  const offering = offeringName(input);
  if (offering === null) return err(NO_OFFERING);
  const request = isUsageNamed(input) ? input : defaultRequest(ctx, offering);
  if (request === null) return ok(null);
  const pools = meterUsage(ctx, request, offering);
  if (!pools.ok) return pools;
  const book =
    contract === null ? undefined : await openVolumeBook(ctx, [{ customerId: contract.customerId, at }]);
  const priced = await priceUsage(ctx, {
    customerId: null,
    contract,
    book,
    offering,
    pools: pools.value,
    dimensions: request.dimensions ?? {},
    billing: "platform",
    at,
    pinned: null,
  });
  if (!priced.ok) return priced;
  const { total, listCost, lines, catalogueVersion, policyVersion } = priced.value;
  return ok({
    offering: priced.value.offering ?? offering,
    amount: total,
    upstream: listCost,
    lines: lines.map(debitLine),
    catalogueVersion,
    policyVersion,
    contract: contract?.label ?? null,
  });
}

const isUsageNamed = ({ usage, quantities }: ReportedUsage): boolean =>
  usage !== undefined || quantities !== undefined;

type Request = ReportedUsage & Pick<EventContext, "dimensions">;

function defaultRequest({ catalogue }: Pick<Ctx, "catalogue">, name: string): Request | null {
  const offering = catalogue.resolve(name);
  // An unknown offering goes on, to fail in the words a debit fails with.
  if (offering === null) return { quantities: {} };
  const standard = catalogue.describe(offering)?.defaultRequest;
  if (!standard) return null;
  const quantities: Record<string, string | number> = {};
  for (const [meter, used] of Object.entries(standard.quantities)) {
    if (used !== undefined) quantities[meter] = used;
  }
  return { quantities, dimensions: standard.dimensions };
}

const NO_OFFERING: InvalidField = {
  kind: "validation_error",
  field: "offering",
  message: "is required: name an offering, or a provider and a model",
};
