import { createHmac } from "node:crypto";
import type { Log, PaymentRail, SandboxStore } from "@ratebook/billing";
import { createStripeRail } from "../stripe/create-stripe-rail.ts";
import { createSandbox, type Sandbox } from "./create-sandbox.ts";

export type SandboxRailOptions = {
  store: SandboxStore;
  clock: () => Date;
  /** The server's own secret, from which the simulator's keys are made: the same on every replica. */
  secret: Uint8Array;
  /** Where the server mounts `sandbox.pages`, as a browser reaches them, without a slash at the end. */
  pageUrl: string;
  /** The server's usual door for Stripe's webhooks, as the server itself reaches it. */
  webhookUrl: string;
  log: Log;
};

/**
 * The card rail with the simulator behind it. The SDK speaks to it inside this process, so its API listens nowhere;
 * its webhooks go over HTTP through the door Stripe's would.
 */
export function createSandboxRail(options: SandboxRailOptions): { rail: PaymentRail; sandbox: Sandbox } {
  const { store, clock, pageUrl, webhookUrl, log } = options;
  const secretKey = `sk_test_${derive(options.secret, "sandbox api key")}`;
  const webhookSecret = `whsec_${derive(options.secret, "sandbox webhooks")}`;
  const deliverWebhook = async (body: string, signature: string): Promise<number> => {
    const headers = { "content-type": "application/json", "stripe-signature": signature };
    const signal = AbortSignal.timeout(20_000);
    const response = await fetch(webhookUrl, { method: "POST", body, headers, signal, redirect: "error" });
    await response.body?.cancel();
    return response.status;
  };
  const sandbox = createSandbox({ store, clock, secretKey, webhookSecret, pageUrl, deliverWebhook, log });
  const rail = createStripeRail({
    name: "sandbox",
    secretKey,
    webhookSecrets: [webhookSecret],
    fetch: async (input, init) => await sandbox.api.fetch(new Request(input, init)),
  });
  return { rail, sandbox };
}

const derive = (secret: Uint8Array, purpose: string): string =>
  createHmac("sha256", secret).update(purpose).digest("hex");
