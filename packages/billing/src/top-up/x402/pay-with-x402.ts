import { err, must, type Nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, x402Settlement } from "@ratebook/db";
import type { Actor } from "../../actor.ts";
import { readStanding } from "../../usage/get-balance.ts";
import { passFailpoint } from "../failpoint.ts";
import { resolvePayer } from "../payer.ts";
import { invalidPurchase, readPurchaseLimits } from "../purchase-limits.ts";
import { advanceSettlement } from "./advance-settlement.ts";
import { checkAuthorization, refuse } from "./check-authorization.ts";
import { bindIntent, type FoundIntent, findIntent, guessIntent, openTerms, termsOf } from "./open-terms.ts";
import { readPaymentHeader, type X402Payment } from "./payment-header.ts";
import { requireX402 } from "./require-x402.ts";
import { findAuthorization, type SettlementRow } from "./settlement-row.ts";
import { creditsOf, unitsOf } from "./token-amount.ts";
import type { OpenX402, X402Ctx, X402Error, X402Outcome } from "./x402-outcome.ts";
import type { X402Refusal } from "./x402-rail.ts";

export type PayWithX402Input = {
  customer?: string | undefined;
  /** Whole cents within the purchase limits; default: the least that can be bought. */
  amount?: Nanos | undefined;
  /** The payment header as it came; without one, terms are given. */
  payment?: string | undefined;
};

/**
 * Sells credits for a token payment, or says what to pay.
 *
 * Verifies what is signed, has it settled, waits for the chain, then credits once under (network, transaction); more
 * than the price is credited as paid. The same payment again gives the first receipt and takes nothing. Terms that
 * were paid take no second authorization.
 */
export async function payWithX402(
  ctx: X402Ctx,
  actor: Actor,
  input: PayWithX402Input,
): Promise<Result<X402Outcome, X402Error>> {
  const customer = await resolvePayer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const open = await requireX402(ctx);
  if (!open.ok) return open;
  const customerId = customer.value.id;
  const limits = await readPurchaseLimits(ctx);
  const price = input.amount ?? limits.min;
  const invalid = invalidPurchase(price, limits, "amount");
  if (invalid) return err(invalid);
  if (input.payment === undefined) return askFor(ctx, open.value, customerId, price, null);

  const payment = readPaymentHeader(input.payment);
  if (!payment.ok) return payment;
  const earlier = await findAuthorization(ctx, open.value.rail, payment.value.authorization);
  if (earlier !== null) return answerAgain(ctx, open.value, customerId, price, earlier);
  return take(ctx, open.value, customerId, { price, payment: payment.value });
}

type Asked = { price: Nanos; payment: X402Payment };

/** Takes a payment that never came before. */
async function take(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  { price, payment }: Asked,
): Promise<Result<X402Outcome, X402Error>> {
  const { authorization, accepted } = payment;
  const named = accepted?.intentId ?? null;
  const intent =
    named === null
      ? await guessIntent(ctx, open, customerId, price)
      : await findIntent(ctx, open, customerId, named);
  const closed = intent && alreadyPaid(intent);
  if (closed) return err(closed);
  const refusal =
    refuseIntent(ctx, named, intent, price) ??
    checkAuthorization(payment, {
      ...open,
      priceUnits: intent?.priceUnits ?? must(unitsOf(price, open.token), "tokens have cents"),
      now: ctx.clock(),
    });
  if (refusal) return askFor(ctx, open, customerId, price, refusal);
  const verified = await open.rail.verify(authorization);
  if (!verified.ok) {
    return verified.error.kind === "x402_refused"
      ? askFor(ctx, open, customerId, price, verified.error)
      : err(verified.error);
  }
  const claimed = await claim(ctx, open, customerId, { price, payment, intent, block: verified.value.block });
  if (!claimed.ok) return claimed;
  if (claimed.value.taken) {
    passFailpoint(ctx, "x402.claimed");
    const row = await advanceSettlement(ctx, open, claimed.value.row);
    return tell(ctx, open, customerId, price, row, "settled");
  }
  return answerAgain(ctx, open, customerId, price, claimed.value.row);
}

/** Terms are paid once; while their payment is on its way, a second one could only be paid twice. */
function alreadyPaid({ boundTo }: FoundIntent): X402Error | null {
  if (boundTo === null || boundTo === "failed") return null;
  const state = boundTo === "settled" ? "settled" : "settling";
  const message =
    state === "settled"
      ? "These terms are paid already. This second payment was not taken; ask for new terms to pay again."
      : "These terms are being paid. This second payment was not taken; repeat the first one to see its end.";
  return { kind: "terms_already_paid", state, message };
}

function refuseIntent(
  { clock }: X402Ctx,
  named: string | null,
  intent: FoundIntent | null,
  price: Nanos,
): X402Refusal | null {
  if (named === null) return null;
  if (intent === null || intent.priceNanos !== price) {
    return refuse("terms_unknown", "These terms were not offered for this amount.");
  }
  return intent.expiresAt <= clock() ? refuse("terms_expired", "These terms have expired.") : null;
}

/** Writes a payment down and binds its terms to it, before anybody is asked to move money. */
async function claim(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  { price, payment, intent, block }: Asked & { intent: FoundIntent | null; block: bigint },
): Promise<Result<{ row: SettlementRow; taken: boolean }, X402Error>> {
  const { rail, token } = open;
  const { authorization } = payment;
  const now = ctx.clock();
  const taken = await inTransaction(ctx.db, async (tx): Promise<Result<SettlementRow | null, X402Error>> => {
    const terms = intent ?? (await openTerms(ctx, open, customerId, price, tx));
    const [row] = await tx
      .insert(x402Settlement)
      .values({
        id: ctx.newId(),
        intentId: terms.id,
        customerId,
        version: authorization.version,
        network: rail.network,
        asset: rail.asset,
        payTo: rail.payTo,
        payer: authorization.from,
        valueUnits: authorization.value,
        creditsNanos: creditsOf(authorization.value, token),
        validAfter: authorization.validAfter,
        validBefore: authorization.validBefore,
        nonce: authorization.nonce,
        signature: authorization.signature,
        state: "verified",
        attempts: 0,
        fromBlock: block,
        createdAt: now,
        dueAt: new Date(now.getTime() + LOOK_AFTER_MS),
      })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) return ok(null);
    if (await bindIntent(tx, terms.id, row.id)) return ok(row);
    return err({
      kind: "terms_already_paid",
      state: "settling",
      message:
        "These terms are being paid. This second payment was not taken; ask for new terms to pay again.",
    });
  });
  if (!taken.ok) return taken;
  if (taken.value !== null) return ok({ row: taken.value, taken: true });
  // The very same payment arrived twice at once; the other request takes it.
  const row = await findAuthorization(ctx, rail, authorization);
  if (row === null) throw new Error("invariant broken: a settlement that was there is gone");
  return ok({ row, taken: false });
}

/** The answer to a payment that came before. */
async function answerAgain(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  price: Nanos,
  row: SettlementRow,
): Promise<Result<X402Outcome, X402Error>> {
  if (row.customerId !== customerId) {
    const message = "This payment was used by another customer. It was not taken again.";
    return err({ kind: "payment_already_used", message });
  }
  return tell(ctx, open, customerId, price, row, "replayed");
}

async function tell(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  price: Nanos,
  row: SettlementRow,
  status: "settled" | "replayed",
): Promise<Result<X402Outcome, X402Error>> {
  if (row.state === "failed") {
    const reason =
      row.failure === "expired" ? "expired" : (REASONS[row.failure ?? ""] ?? "facilitator_refused");
    return askFor(ctx, open, customerId, price, refuse(reason, "The payment could not be settled."));
  }
  if (row.state !== "settled" || row.transaction === null || row.opId === null) {
    return ok({ status: "pending", settlementId: row.id, retryAfterSeconds: PENDING_SECONDS });
  }
  const { balance } = await readStanding(ctx, customerId);
  return ok({
    status,
    creditsAdded: creditsOf(row.valueUnits, open.token),
    balance,
    transactionId: row.opId,
    payment: {
      version: row.version === 1 ? 1 : 2,
      network: (row.version === 1 ? open.rail.networkV1 : null) ?? row.network,
      transaction: row.transaction,
      payer: row.payer,
    },
  });
}

/** New terms, with what was wrong with the payment that came. */
async function askFor(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  price: Nanos,
  refusal: X402Refusal | null,
): Promise<Result<X402Outcome, X402Error>> {
  const intent = await openTerms(ctx, open, customerId, price);
  return ok({
    status: "payment_required",
    reason: refusal?.reason ?? null,
    message: refusal?.message ?? "Pay by these terms and repeat the request with the payment in its header.",
    terms: termsOf(ctx, open, intent),
  });
}

const REASONS: Record<string, X402Refusal["reason"] | undefined> = {
  authorization_used: "authorization_used",
};
/** A request that stops on its way is found again after this. */
const LOOK_AFTER_MS = 60_000;
const PENDING_SECONDS = 5;
