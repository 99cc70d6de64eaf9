import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import type { Actor } from "../actor.ts";
import { type AlertsChange, changeAlerts } from "../alerts/alert-settings.ts";
import type { Ctx } from "../ctx.ts";
import { lockWallet } from "../ledger/set-wallet.ts";
import type { RuleChange } from "./auto-top-up-rule.ts";
import { changeRule, readRuleFacts } from "./auto-top-up-settings.ts";
import { resolvePayer } from "./payer.ts";
import type { PaymentError } from "./payment-error.ts";

export type SaveBillingSettingsInput = {
  customer?: string | undefined;
  alerts?: AlertsChange | undefined;
  autoTopUp?: RuleChange | undefined;
};

/**
 * Changes a customer's alerts and auto top-up, both or neither; what is not named stays.
 *
 * @returns the errors of either, a field with its part before it: `autoTopUp.amount`
 */
export async function saveBillingSettings(
  ctx: Ctx,
  actor: Actor,
  { customer: named, alerts, autoTopUp }: SaveBillingSettingsInput,
): Promise<Result<null, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, named);
  if (!payer.ok) return payer;
  const customerId = payer.value.id;
  const facts = autoTopUp === undefined ? null : await readRuleFacts(ctx, customerId, autoTopUp);
  if (facts?.ok === false) return facts;
  return inTransaction(ctx.db, async (tx): Promise<Result<null, PaymentError>> => {
    // Before either, as a settlement that touches both does.
    await lockWallet(tx, customerId);
    if (alerts !== undefined) {
      const changed = await changeAlerts(ctx, tx, actor, customerId, alerts);
      if (!changed.ok) return within("alerts", changed.error);
    }
    if (autoTopUp !== undefined && facts !== null) {
      const change = { customerId, change: autoTopUp, facts: facts.value };
      const changed = await changeRule(ctx, tx, actor, change);
      if (!changed.ok) return within("autoTopUp", changed.error);
    }
    return ok(null);
  });
}

const within = (part: string, error: PaymentError): Result<never, PaymentError> =>
  err(error.kind === "validation_error" ? { ...error, field: `${part}.${error.field}` } : error);
