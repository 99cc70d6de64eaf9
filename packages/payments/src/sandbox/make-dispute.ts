import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import type { Stored } from "./objects.ts";

export function makeDispute(
  book: Book,
  charge: Stripe.Charge,
  input: { amount: number; inquiry: boolean; reason: string },
): Stored<"dispute"> {
  const object = {
    id: newId("dp"),
    object: "dispute",
    amount: input.amount,
    balance_transactions: input.inquiry ? [] : [disputeMovement(book, charge.id, -input.amount, 1500)],
    charge: charge.id,
    created: book.seconds,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: book.seconds + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    is_charge_refundable: input.inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: input.reason,
    status: input.inquiry ? "warning_needs_response" : "needs_response",
  } satisfies Stripe.Dispute;
  return { object, hidden: null };
}

/** Money that a dispute moves on our balance with Stripe: taken when it opens, given back when it is won. */
export function disputeMovement(
  book: Book,
  chargeId: string,
  amount: number,
  fee: number,
): Stripe.BalanceTransaction {
  return {
    id: newId("txn"),
    object: "balance_transaction",
    amount,
    available_on: book.seconds,
    balance_type: "payments",
    created: book.seconds,
    currency: "usd",
    description: `Chargeback for ${chargeId}`,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: "usd",
              description: "Dispute fee",
              type: "stripe_fee",
            },
          ],
    net: amount - fee,
    reporting_category: amount < 0 ? "dispute" : "dispute_reversal",
    source: chargeId,
    status: "available",
    type: "adjustment",
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
