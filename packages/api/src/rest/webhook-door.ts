import { type Ctx, receiveWebhook } from "@ratebook/billing";
import type { Context } from "hono";
import type { RestEnv } from "./doorkeeper.ts";
import { errorAnswer, tell } from "./errors.ts";
import { limitBody } from "./limit-body.ts";
import { send, sendError } from "./send.ts";

/**
 * Takes the payment provider's webhooks. The body's very bytes are what was signed, so nothing parses it before; the
 * answer says only that the event is kept.
 */
export async function answerWebhook(c: Context<RestEnv>, billing: Ctx): Promise<Response> {
  c.set("route", WEBHOOK_PATH);
  let answer: Response | undefined;
  const tooLarge = await limit(c, async () => {
    const received = await receiveWebhook(billing, {
      body: new Uint8Array(await c.req.raw.arrayBuffer()),
      signature: c.req.header("stripe-signature") ?? null,
    });
    if (received.ok) {
      answer = send(200, { received: true, id: received.value.eventId }, NO_STORE);
      return;
    }
    const { error } = received;
    if (error.kind === "payments_not_configured") {
      answer = sendError(tell(error));
      return;
    }
    billing.log.warn({ refusal: error.kind }, "a webhook was refused");
    answer = sendError(
      error.kind === "webhook_not_configured"
        ? errorAnswer(503, error.kind, "No webhook secret is configured, so no webhook can be believed.")
        : errorAnswer(400, error.kind, SENTENCES[error.kind]),
    );
  });
  return answer ?? tooLarge ?? c.notFound();
}

export const WEBHOOK_PATH = "/api/stripe/webhook";

const SENTENCES = {
  webhook_unsigned: "This webhook carries no Stripe-Signature header.",
  webhook_signature_mismatch: "This webhook's signature is not that of its body.",
  webhook_too_old: "This webhook was signed more than 300 seconds ago.",
  webhook_in_future: "This webhook was signed more than 60 seconds from now.",
  webhook_malformed: "This webhook's body is not an event of this account.",
};
const NO_STORE = { "cache-control": "no-store" };
const limit = limitBody(1_048_576);
