import { err, must, ok, type Result, type Unrated, ZERO_NANOS } from "@ratebook/core";
import { openVolumeBook, type VolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import type { LedgerOp } from "../ledger/ledger-op.ts";
import { claimQuotes, type QuoteClaim } from "./claim-quotes.ts";
import { findEarlier } from "./find-earlier.ts";
import {
  type PricedUsage,
  type PriceQuestion,
  priceConservatively,
  priceUsage,
  unlistedPrice,
} from "./price-draft.ts";
import { readUsagePolicies, type UnratedPolicy } from "./settings.ts";
import type { StoredLine } from "./stored-line.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { RecordUsageError } from "./usage-error.ts";
import { parkedOp, replayOp, usageOp } from "./usage-op.ts";

/** What will be posted for an event. */
export type UsagePlan = {
  op: LedgerOp;
  /** Null where it is parked, or known to be a replay. */
  priced: PricedUsage | null;
  /** Why it is parked. */
  parked: Unrated | null;
};

/**
 * Decides what to post for each event of a batch: its price, its parking, or nothing.
 *
 * An event that cannot be priced or may not be posted is looked up first, because a replay is recognised before
 * anything that may have changed since the first attempt counts against it.
 */
export async function planUsage(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
): Promise<Result<UsagePlan, RecordUsageError>[]> {
  const book = await openVolumeBook(
    ctx,
    drafts.map(({ customerId, pricedAt }) => ({ customerId, at: pricedAt })),
  );
  const priced: Result<PricedUsage, RecordUsageError>[] = [];
  for (const draft of drafts) {
    const price = draft.refusal === null ? priceDraft(ctx, draft, book) : err(draft.refusal);
    priced.push(price instanceof Promise ? await price : price);
  }
  await refuseUsedQuotes(ctx, drafts, priced);
  const troubled = await planTroubled(ctx, drafts, priced, book);
  return drafts.map((draft, index) => {
    const price = must(priced[index], "every draft was priced");
    if (price.ok) return ok({ op: usageOp(draft, price.value), priced: price.value, parked: null });
    return must(troubled.get(index), "every draft without a price was looked into");
  });
}

/** The claim an event has on the quote it names. */
export const quoteClaim = (draft: UsageDraft): QuoteClaim[] =>
  draft.quoteId === null ? [] : [{ id: draft.quoteId, customerId: draft.customerId, opId: draft.opId }];

function priceDraft(
  ctx: Ctx,
  draft: UsageDraft,
  book: VolumeBook,
): Result<PricedUsage, RecordUsageError> | Promise<Result<PricedUsage, RecordUsageError>> {
  const { ending } = draft;
  if (ending === null) return priceUsage(ctx, questionOf(draft, book));
  const { outcome, cost } = ending;
  if (cost === "nothing") return ok(unlistedPrice([endingLine(outcome, cost)], ZERO_NANOS));
  if (cost === "held") {
    const amount = ending.held ?? ZERO_NANOS;
    return ok(unlistedPrice([{ kind: "held", outcome, amount: amount.toString() }], amount));
  }
  if (ending.named !== null) {
    const amount = ending.named;
    return ok(unlistedPrice([{ kind: "named", outcome, amount: amount.toString() }], amount));
  }
  const price = priceUsage(ctx, questionOf(draft, book));
  const withEnding = (rated: Result<PricedUsage, RecordUsageError>) =>
    rated.ok ? ok({ ...rated.value, lines: [...rated.value.lines, endingLine(outcome, cost)] }) : rated;
  return price instanceof Promise ? price.then(withEnding) : withEnding(price);
}

/** States on the receipt how the call ended and what the operator takes for that. */
const endingLine = (outcome: string, policy: string): StoredLine => ({
  kind: "outcome",
  outcome,
  policy,
  amount: "0",
});

const questionOf = (draft: UsageDraft, book: VolumeBook): PriceQuestion => ({
  customerId: draft.customerId,
  book,
  offering: must(draft.offering, "only an event that names an offering is rated"),
  pools: draft.pools,
  dimensions: draft.dimensions,
  billing: draft.billing,
  at: draft.pricedAt,
  pinned: draft.pinned,
});

async function refuseUsedQuotes(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
  priced: Result<PricedUsage, RecordUsageError>[],
): Promise<void> {
  const claims = drafts.map((draft, index) => (priced[index]?.ok === true ? quoteClaim(draft) : []));
  const got = await claimQuotes(ctx, claims.flat());
  claims.forEach(([claim], index) => {
    if (claim === undefined || got(claim)) return;
    priced[index] = err({
      kind: "quote_unusable",
      reason: "used",
      message: "This quote has already been used.",
    });
  });
}

async function planTroubled(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
  priced: readonly Result<PricedUsage, RecordUsageError>[],
  book: VolumeBook,
): Promise<Map<number, Result<UsagePlan, RecordUsageError>>> {
  const plans = new Map<number, Result<UsagePlan, RecordUsageError>>();
  const troubled = drafts.flatMap((draft, index) => {
    const price = must(priced[index], "every draft was priced");
    return price.ok ? [] : [{ index, draft, error: price.error }];
  });
  if (troubled.length === 0) return plans;
  const earlier = await findEarlier(
    ctx,
    troubled.map(({ draft }) => draft),
  );
  const isNew = troubled.filter(({ index, draft }) => {
    if (earlier(draft) === undefined) return true;
    // The ledger compares meanings and tells the first answer.
    plans.set(index, ok({ op: replayOp(draft), priced: null, parked: null }));
    return false;
  });
  const unrated = isNew.some(({ error }) => error.kind === "unrated");
  const policies = unrated ? await readUsagePolicies(ctx) : null;
  for (const { index, draft, error } of isNew) {
    const plan =
      error.kind === "unrated" && policies !== null
        ? await planUnrated(ctx, draft, error, { policy: policies.unrated, book })
        : err(error);
    plans.set(index, plan);
  }
  return plans;
}

async function planUnrated(
  ctx: Ctx,
  draft: UsageDraft,
  error: Unrated,
  { policy, book }: { policy: UnratedPolicy; book: VolumeBook },
): Promise<Result<UsagePlan, RecordUsageError>> {
  const action = policy[draft.mode];
  if (action === "conservative") {
    const price = await priceConservatively(ctx, questionOf(draft, book));
    if (price.ok) return ok({ op: usageOp(draft, price.value), priced: price.value, parked: null });
  }
  // Without any price to be conservative with, served usage is still never lost, and unserved usage is not begun.
  if (action === "reject" || (action === "conservative" && draft.mode === "gate")) return err(error);
  return ok({ op: parkedOp(draft, error.reason), priced: null, parked: error });
}
