import { err, ok, type Result } from "@ratebook/core";

export type RailSettings = {
  /** `STRIPE_SECRET_KEY` */
  stripeSecretKey: string | null;
  /** `STRIPE_WEBHOOK_SECRET`; several, separated by commas, while one is being replaced. */
  stripeWebhookSecret: string | null;
  /** `RATEBOOK_PAYMENTS` */
  payments: "sandbox" | null;
  /** The database is the one we brought ourselves. */
  embeddedDatabase: boolean;
  /** The server listens on this machine only. */
  loopback: boolean;
};

export type ChosenRail =
  | { kind: "stripe"; secretKey: string; webhookSecrets: readonly string[] }
  | { kind: "sandbox" }
  /** Every door that takes cards answers 503 `payments_not_configured`. */
  | { kind: "none" };

export type RailSettingsError = { kind: "bad_payment_settings"; message: string };

/**
 * Which rail a server takes cards with. Nobody gets the sandbox by accident: a server that lost its key sells nothing
 * rather than sell for test cards.
 */
export function chooseRail(settings: RailSettings): Result<ChosenRail, RailSettingsError> {
  const { stripeSecretKey: secretKey, stripeWebhookSecret, payments, embeddedDatabase, loopback } = settings;
  if (secretKey !== null) {
    if (payments === "sandbox") {
      return refuse("STRIPE_SECRET_KEY and RATEBOOK_PAYMENTS=sandbox contradict each other: unset one.");
    }
    if (!/^(sk|rk)_(live|test)_/.test(secretKey)) {
      return refuse("STRIPE_SECRET_KEY is no secret key of Stripe's: it starts with sk_ or rk_.");
    }
    const webhookSecrets = (stripeWebhookSecret ?? "")
      .split(",")
      .map((secret) => secret.trim())
      .filter((secret) => secret !== "");
    // Without it no event can be believed, and a purchase would wait for the sweeper.
    if (webhookSecrets.length === 0)
      return refuse("STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET beside it.");
    return ok({ kind: "stripe", secretKey, webhookSecrets });
  }
  if (payments === "sandbox" || (embeddedDatabase && loopback)) return ok({ kind: "sandbox" });
  return ok({ kind: "none" });
}

const refuse = (message: string): Result<ChosenRail, RailSettingsError> =>
  err({ kind: "bad_payment_settings", message });
