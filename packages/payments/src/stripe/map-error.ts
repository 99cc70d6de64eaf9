import type { Decline, RailError } from "@ratebook/billing";
import { err, ok, type Result } from "@ratebook/core";
import Stripe from "stripe";

/** Runs one call of the SDK; what Stripe refuses is a value, what is broken here is thrown. */
export async function attempt<T>(call: () => Promise<T>): Promise<Result<T, RailError>> {
  try {
    return ok(await call());
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return err(toRailError(error));
    throw error;
  }
}

/** Stripe's error in our words. Messages never carry a key. */
export function toRailError(error: Stripe.errors.StripeError): RailError {
  const { message } = error;
  if (error instanceof Stripe.errors.StripeAuthenticationError) {
    return { kind: "rail_unauthorized", message: "Stripe refused our secret key." };
  }
  if (error instanceof Stripe.errors.StripePermissionError) {
    return { kind: "rail_unauthorized", message: "Our Stripe key may not do this." };
  }
  // 409: another request with this key is being answered right now. 429: too many, or an object is locked.
  if (error.statusCode === 409 || error.statusCode === 429 || !isDefinite(error)) {
    return { kind: "rail_unavailable", message };
  }
  if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: "rail_key_conflict", message };
  if (error.code === "resource_missing") return { kind: "rail_not_found", message };
  return { kind: "rail_refused", code: error.code ?? null, param: error.param ?? null, message };
}

/** Why a card said no, from a card error. */
export function toDecline(error: Stripe.errors.StripeCardError): Decline {
  return {
    code: error.code ?? "card_declined",
    declineCode: error.decline_code ?? null,
    message: error.message,
  };
}

/** False where Stripe may or may not have done what was asked: no answer, or its own failure. */
function isDefinite(error: Stripe.errors.StripeError): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return false;
  return error.statusCode !== undefined && error.statusCode < 500;
}
