import { err, must, nanos, ok, type Result } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import type { Posted, PostOutcome } from "../ledger/post-outcome.ts";
import { returnQuotes } from "./claim-quotes.ts";
import { keyText } from "./find-earlier.ts";
import { meaningHash } from "./meaning.ts";
import { planUsage, quoteClaim, type UsagePlan } from "./plan-usage.ts";
import { readStoredUsage, type StoredUsage } from "./read-stored-usage.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import { refusalOf } from "./refusal.ts";
import { rememberNames } from "./remember-names.ts";
import { debitLine } from "./stored-line.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { RecordUsageError } from "./usage-error.ts";

/**
 * Prices and posts a batch of events; each is answered for itself, in order, after its COMMIT.
 *
 * Costs no query where every event is new, priced from memory and of known agents: the ledger's is the only one.
 */
export async function postUsage(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
): Promise<Result<RecordedUsage, RecordUsageError>[]> {
  const plans = await planUsage(ctx, drafts);
  await rememberNames(
    ctx,
    drafts.filter((_, index) => plans[index]?.ok),
  );
  const outcomes = await Promise.all(
    plans.map(async (plan) => (plan.ok ? ctx.ledger.post(plan.value.op) : undefined)),
  );
  await tidyUp(ctx, drafts, plans, outcomes);
  const replayed = drafts.filter((_, index) => outcomes[index]?.kind === "replayed");
  const stored = await readStoredUsage(ctx, replayed);
  return drafts.map((draft, index) => {
    const plan = must(plans[index], "every draft has a plan");
    if (!plan.ok) return plan;
    const outcome = must(outcomes[index], "every plan was posted");
    return answerOf(ctx, draft, plan.value, outcome, stored);
  });
}

function answerOf(
  ctx: Ctx,
  draft: UsageDraft,
  plan: UsagePlan,
  outcome: PostOutcome,
  stored: ReadonlyMap<string, StoredUsage>,
): Result<RecordedUsage, RecordUsageError> {
  if (outcome.kind === "replayed") {
    const first = must(stored.get(keyText(draft)), "every usage entry has its usage event");
    return ok({ ...numbersOf(outcome), ...first, detail: null, status: "replayed" });
  }
  if (outcome.kind !== "done") return err(refusalOf(ctx, outcome, draft.customerId));
  return ok({
    ...numbersOf(outcome),
    status: plan.parked === null ? "debited" : "parked",
    reason: plan.parked?.reason ?? null,
    detail: plan.parked?.detail ?? null,
    lines: plan.priced?.lines.map(debitLine) ?? [],
    catalogueVersion: plan.priced?.catalogueVersion ?? null,
    policyVersion: plan.priced?.policyVersion ?? null,
  });
}

type Numbers = Omit<
  RecordedUsage,
  "status" | "reason" | "detail" | "lines" | "catalogueVersion" | "policyVersion"
>;

const numbersOf = (posted: Posted): Numbers => ({
  id: posted.opId,
  amount: nanos(posted.amountTaken + posted.debtIncurred),
  debtIncurred: posted.debtIncurred,
  debt: posted.debt,
  late: posted.late,
  balance: posted.balance,
  available: posted.available,
});

/** Gives quotes of refused events back, and frees the holds of events that were parked instead of settled. */
async function tidyUp(
  ctx: Ctx,
  drafts: readonly UsageDraft[],
  plans: readonly Result<UsagePlan, RecordUsageError>[],
  outcomes: readonly (PostOutcome | undefined)[],
): Promise<void> {
  const refused = drafts.filter((_, index) => isRefusal(outcomes[index]));
  await returnQuotes(ctx, refused.flatMap(quoteClaim));
  const freed = drafts.flatMap(({ customerId, holdId }, index) => {
    const plan = plans[index];
    const parked = plan?.ok === true && plan.value.parked !== null && outcomes[index]?.kind === "done";
    return holdId !== null && parked ? [{ customerId, holdId }] : [];
  });
  await Promise.all(
    freed.map(({ customerId, holdId }) =>
      ctx.ledger.post({
        kind: "release",
        account: customerId,
        opId: opId("release", holdId),
        meaningHash: meaningHash({ operation: "release", customerId, holdId }),
        ref: holdId,
      }),
    ),
  );
}

const isRefusal = (outcome: PostOutcome | undefined): boolean =>
  outcome !== undefined && !["done", "replayed", "overloaded", "unavailable"].includes(outcome.kind);
