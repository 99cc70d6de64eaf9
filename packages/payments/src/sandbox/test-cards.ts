/** What a test card does. Numbers and behaviour follow https://docs.stripe.com/testing, read 2026-11-22. */
export type TestCard = {
  number: string;
  /** Said on the hosted page. */
  label: string;
  brand: "visa";
  /** Stripe's name for this card where a program attaches it without a page. */
  token: string;
  /** Whether the bank wants to see the owner: never, until the card was saved with them present, or always. */
  authentication: "never" | "until_saved" | "always";
  decline: CardDecline | null;
  /** True where the card cannot even be saved. */
  refusesSaving: boolean;
  /** What happens some time after a payment succeeded. */
  aftermath: "none" | "disputed" | "inquiry" | "fraud_warning" | "refund_fails";
};

export type CardDecline = { code: string; declineCode: string | null; message: string };

const DECLINED = "Your card was declined.";

const card = (number: string, token: string, label: string, more: Partial<TestCard> = {}): TestCard => ({
  number: number.replaceAll(" ", ""),
  token,
  label,
  brand: "visa",
  authentication: "never",
  decline: null,
  refusesSaving: more.decline !== undefined && more.decline !== null,
  aftermath: "none",
  ...more,
});

const declined = (declineCode: string, code = "card_declined", message = DECLINED): CardDecline => ({
  code,
  declineCode,
  message,
});

export const TEST_CARDS: readonly TestCard[] = [
  card("4242 4242 4242 4242", "pm_card_visa", "Payment succeeds"),
  card("4000 0000 0000 0002", "pm_card_visa_chargeDeclined", "Declined", {
    decline: declined("generic_decline"),
  }),
  card("4000 0000 0000 9995", "pm_card_visa_chargeDeclinedInsufficientFunds", "Insufficient funds", {
    decline: declined("insufficient_funds", "card_declined", "Your card has insufficient funds."),
  }),
  card("4000 0025 0000 3155", "pm_card_authenticationRequiredOnSetup", "Authentication once, then saved", {
    authentication: "until_saved",
  }),
  card("4000 0027 6000 3184", "pm_card_authenticationRequired", "Authentication every time", {
    authentication: "always",
  }),
  card("4000 0000 0000 0341", "pm_card_chargeCustomerFail", "Can be saved, but every payment is declined", {
    decline: declined("generic_decline"),
    refusesSaving: false,
  }),
  card("4000 0000 0000 0069", "pm_card_chargeDeclinedExpiredCard", "Expired card", {
    decline: { code: "expired_card", declineCode: "expired_card", message: "Your card has expired." },
  }),
  card("4000 0000 0000 0119", "pm_card_chargeDeclinedProcessingError", "Processing error", {
    decline: {
      code: "processing_error",
      declineCode: "processing_error",
      message: "An error occurred while processing your card. Try again in a little bit.",
    },
  }),
  card("4000 0000 0000 0259", "pm_card_createDispute", "Succeeds, then the owner disputes it", {
    aftermath: "disputed",
  }),
  card("4000 0000 0000 1976", "pm_card_createDisputeInquiry", "Succeeds, then the bank asks questions", {
    aftermath: "inquiry",
  }),
  card("4000 0000 0000 5423", "pm_card_createIssuerFraudRecord", "Succeeds, then a fraud warning arrives", {
    aftermath: "fraud_warning",
  }),
  card("4000 0000 0000 5126", "pm_card_refundFail", "Succeeds, but a refund fails later", {
    aftermath: "refund_fails",
  }),
];

/** The card with this number, spaces aside; null where it is not a test card. */
export function cardByNumber(number: string): TestCard | null {
  const digits = number.replaceAll(/[\s-]/g, "");
  return TEST_CARDS.find((known) => known.number === digits) ?? null;
}

/** The card a token of Stripe's stands for. */
export const cardByToken = (token: string): TestCard | null =>
  TEST_CARDS.find((known) => known.token === token) ?? null;
