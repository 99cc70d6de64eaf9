import { MAX_USD_NANOS } from "@ratebook/core";
import type { X402Payment } from "./payment-header.ts";
import { creditsOf } from "./token-amount.ts";
import type { X402Rail, X402Refusal, X402RefusalReason, X402Token } from "./x402-rail.ts";

/**
 * Judges what a payment signs against what we ask: token, network, recipient, amount, time. Null where nothing is wrong
 * so far; who signed, and whether they have the money, the rail judges.
 *
 * @param priceUnits what must at least be paid, in units of the token
 */
export function checkAuthorization(
  { authorization, scheme, network, accepted }: X402Payment,
  { rail, token, priceUnits, now }: { rail: X402Rail; token: X402Token; priceUnits: bigint; now: Date },
): X402Refusal | null {
  const seconds = BigInt(Math.trunc(now.getTime() / 1000));
  const { to, value, validAfter, validBefore } = authorization;
  if (scheme !== "exact") return refuse("unsupported_scheme", "Only the scheme exact is offered.");
  if (network !== (authorization.version === 1 ? rail.networkV1 : rail.network)) {
    return refuse("wrong_network", `Pay on ${rail.network}.`);
  }
  // The signature covers the token too, but a client that says it meant another one should hear so.
  if (accepted !== null && accepted.asset !== rail.asset)
    return refuse("wrong_asset", `Pay with ${rail.asset}.`);
  if (to !== rail.payTo) return refuse("wrong_recipient", `The signed recipient is not ${rail.payTo}.`);
  if (value < priceUnits)
    return refuse("underpaid", `The signed value is ${value}; the price is ${priceUnits}.`);
  if (creditsOf(value, token) > MAX_USD_NANOS) return refuse("too_much", "The signed value is too large.");
  if (validAfter >= seconds) return refuse("not_yet_valid", "The authorization is not valid yet.");
  if (validBefore < seconds + MARGIN_SECONDS) return refuse("expired", "The authorization has expired.");
  if (validBefore > seconds + LONGEST_SECONDS) {
    return refuse("valid_too_long", "The authorization is valid for more than 7 days.");
  }
  return null;
}

/** A refusal in the words of a payer. */
export const refuse = (reason: X402RefusalReason, message: string): X402Refusal => ({
  kind: "x402_refused",
  reason,
  message: `${message} The payment was not taken.`,
});

/** What a transfer may need to be mined. */
const MARGIN_SECONDS = 6n;
/** A failed payment is watched for as long as it could still be made. */
const LONGEST_SECONDS = 7n * 86_400n;
