import { type Ctx, createSandboxStore, ensurePacks, hasSandboxPurchases } from "@ratebook/billing";
import { chooseRail, createSandboxRail, createStripeRail, type Sandbox } from "@ratebook/payments";
import { deriveSecret } from "./compose-billing.ts";
import type { ServerConfig } from "./env.ts";
import { StartError } from "./start-error.ts";

/** The use cases with the rail they take cards by, and the sandbox where that is what it is. */
export type ComposedPayments = { ctx: Ctx; sandbox: Sandbox | null };

/**
 * Chooses the rail a server takes cards with and prepares what is sold.
 *
 * @param url the address people use; the sandbox's pages are under it
 * @param localUrl how this process reaches its own doors
 * @throws StartError where the settings contradict each other, or a live key meets purchases of the sandbox
 */
export async function composePayments(
  { payments, host, secret }: ServerConfig,
  ctx: Ctx,
  { url, localUrl }: { url: string; localUrl: string },
): Promise<ComposedPayments> {
  const chosen = chooseRail({
    stripeSecretKey: payments?.stripeSecretKey ?? null,
    stripeWebhookSecret: payments?.stripeWebhookSecret ?? null,
    payments: payments?.sandbox === true ? "sandbox" : null,
    embeddedDatabase: payments?.embeddedDatabase ?? false,
    loopback: LOOPBACK.has(host),
  });
  if (!chosen.ok) throw new StartError(chosen.error.message);
  await ensurePacks(ctx);
  if (chosen.value.kind === "none") return { ctx, sandbox: null };
  if (chosen.value.kind === "stripe") {
    const rail = createStripeRail(chosen.value);
    if (rail.live && (await hasSandboxPurchases(ctx))) {
      throw new StartError(
        "This database holds credits that were bought with test cards or test tokens, so a live key is refused. `npm run ratebook -- purge-sandbox` takes what is unspent of them away; or start with a database of its own.",
      );
    }
    return { ctx: { ...ctx, rail }, sandbox: null };
  }
  const { rail, sandbox } = createSandboxRail({
    store: createSandboxStore(ctx),
    clock: ctx.clock,
    secret: deriveSecret(secret, "payment sandbox"),
    pageUrl: `${url}${SANDBOX_PATH}`,
    webhookUrl: `${localUrl}/api/stripe/webhook`,
    log: ctx.log,
  });
  ctx.log.warn({}, "payments are a sandbox: no card is ever charged");
  return { ctx: { ...ctx, rail }, sandbox };
}

/** Where the sandbox's pages are. */
export const SANDBOX_PATH = "/sandbox";
const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);
