import type { IncomingWebhook, RailEvent, WebhookRefusal } from "@ratebook/billing";
import { err, ok, type Result } from "@ratebook/core";
import Stripe from "stripe";
import { fromDate } from "./cents.ts";
import { readEvent } from "./read-event.ts";

/**
 * Checks a webhook's signature against the raw body, then its age, then reads it.
 *
 * Signed up to 300 seconds ago and 60 seconds ahead of `now` is taken: a clock may be off, but a message from the
 * future could be kept and replayed after we forgot it.
 *
 * @param secrets any of them may have signed, so that a secret can be changed without losing events
 */
export async function parseWebhook(
  stripe: Stripe,
  secrets: readonly string[],
  { body, signature, now }: IncomingWebhook,
): Promise<Result<RailEvent, WebhookRefusal>> {
  if (secrets.length === 0) return err({ kind: "webhook_not_configured" });
  if (signature === null || signature === "") return err({ kind: "webhook_unsigned" });
  const text = typeof body === "string" ? body : decode(body);
  if (text === null) return err({ kind: "webhook_signature_mismatch" });

  const verified = await verify(stripe, secrets, text, signature);
  if (!verified.ok) return verified;

  // The signature covers the time, so from here on it can be believed.
  const age = fromDate(now) - signedAt(signature);
  if (Number.isNaN(age)) return err({ kind: "webhook_signature_mismatch" });
  if (age > PAST_SECONDS) return err({ kind: "webhook_too_old" });
  if (age < -FUTURE_SECONDS) return err({ kind: "webhook_in_future" });

  return isEvent(verified.value)
    ? ok(readEvent(verified.value))
    : err({ kind: "webhook_malformed", message: "The body is not a Stripe event." });
}

const PAST_SECONDS = 300;
const FUTURE_SECONDS = 60;

async function verify(
  stripe: Stripe,
  secrets: readonly string[],
  body: string,
  signature: string,
): Promise<Result<Stripe.Event, WebhookRefusal>> {
  for (const secret of secrets) {
    try {
      // Tolerance 0: the age is ours to judge, in both directions.
      return ok(await stripe.webhooks.constructEventAsync(body, signature, secret, 0));
    } catch (error) {
      // Only a signed body is parsed.
      if (error instanceof SyntaxError) return err({ kind: "webhook_malformed", message: "Not JSON." });
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    }
  }
  return err({ kind: "webhook_signature_mismatch" });
}

/** As the SDK reads it: the last `t` of the header is the one that was signed. */
function signedAt(signature: string): number {
  const times = signature.split(",").filter((part) => part.startsWith("t="));
  const last = times.at(-1)?.slice(2) ?? "";
  return /^\d{1,12}$/.test(last) ? Number(last) : Number.NaN;
}

function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function isEvent(value: unknown): value is Stripe.Event {
  if (typeof value !== "object" || value === null) return false;
  if (!("id" in value && typeof value.id === "string" && value.id !== "")) return false;
  if (!("type" in value && typeof value.type === "string")) return false;
  if (!("created" in value && typeof value.created === "number")) return false;
  if (!("livemode" in value && typeof value.livemode === "boolean")) return false;
  if (!("data" in value && typeof value.data === "object" && value.data !== null)) return false;
  return "object" in value.data && typeof value.data.object === "object" && value.data.object !== null;
}
