import { err, must, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { draftUsage } from "./draft-usage.ts";
import { findHolds } from "./find-holds.ts";
import { postUsage } from "./post-usage.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import { resolveCustomers } from "./resolve-customers.ts";
import { recordShadow } from "./shadow-usage.ts";
import type { UsageDraft } from "./usage-draft.ts";
import type { RecordUsageError } from "./usage-error.ts";
import type { UsageReport } from "./usage-report.ts";

/**
 * Rates usage events and debits their customers, each exactly once per customer and idempotency key.
 *
 * Every event is answered for itself, in order: one that is refused, unrated or malformed hides no other. Replaying a
 * key with the same meaning gives the first answer, whatever has happened to prices, quotes or holds since; with another
 * meaning it is an `idempotency_conflict`. Events without a price are refused, parked or priced conservatively, as the
 * operator's policy for their mode says. `ledger_busy`: repeat with the same key.
 *
 * @returns `access_denied` as a whole where the credential may report no usage
 */
export async function recordUsageBatch(
  ctx: Ctx,
  actor: Actor,
  reports: readonly UsageReport[],
): Promise<Result<Result<RecordedUsage, RecordUsageError>[], ResolveCustomerError>> {
  if (!mayReport(actor)) {
    return err({ kind: "access_denied", message: "This credential lacks the scope usage:write." });
  }
  const drafts = await draftAll(ctx, actor, reports);
  const [forReal, inShadow] = [postable(drafts, reports, false), postable(drafts, reports, true)];
  const posted = await postUsage(
    ctx,
    forReal.map(({ draft }) => draft),
  );
  const shadowed = await recordShadow(
    ctx,
    inShadow.map(({ draft }) => draft),
  );
  const answers = new Map<number, Result<RecordedUsage, RecordUsageError>>();
  forReal.forEach(({ index }, place) => {
    answers.set(index, must(posted[place], "every event posted is answered"));
  });
  inShadow.forEach(({ index }, place) => {
    answers.set(index, must(shadowed[place], "every shadow event is answered"));
  });
  return ok(
    drafts.map((draft, index) => (draft.ok ? must(answers.get(index), "every draft was recorded") : draft)),
  );
}

/** Whether a credential may report usage and place holds. */
export const mayReport = (actor: Actor): boolean =>
  hasScope(actor, "usage:write") || (actor.kind === "service" && hasScope(actor, "usage:any"));

async function draftAll(
  ctx: Ctx,
  actor: Actor,
  reports: readonly UsageReport[],
): Promise<Result<UsageDraft, RecordUsageError>[]> {
  const customers = await resolveCustomers(
    ctx,
    actor,
    reports.map(({ customer }) => customer),
  );
  const ids = reports.map(({ customer }) => customers(customer));
  const holds = await findHolds(
    ctx,
    reports.flatMap(({ holdId }, index) => {
      const customer = ids[index];
      return holdId !== undefined && customer?.ok ? [{ customerId: customer.value, holdId }] : [];
    }),
  );
  const now = ctx.clock();
  return reports.map((report, index) => {
    const customer = must(ids[index], "every report has its customer");
    if (!customer.ok) return customer;
    const hold = report.holdId === undefined ? undefined : holds(customer.value, report.holdId);
    return draftUsage(ctx, { actor, customerId: customer.value, now }, report, hold);
  });
}

const postable = (
  drafts: readonly Result<UsageDraft, RecordUsageError>[],
  reports: readonly UsageReport[],
  shadow: boolean,
): { index: number; draft: UsageDraft }[] =>
  drafts.flatMap((draft, index) =>
    draft.ok && (reports[index]?.shadow === true) === shadow ? [{ index, draft: draft.value }] : [],
  );
