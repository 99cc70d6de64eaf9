import type { WebhookTransport } from "@ratebook/billing";
import { type ResolveHost, safePost } from "@ratebook/catalog/fetch";
import { Webhook } from "standardwebhooks";

/**
 * Signs and posts webhooks as Standard Webhooks says (https://www.standardwebhooks.com): `webhook-id`,
 * `webhook-timestamp` and one `v1` signature a secret in `webhook-signature`. Only public addresses are reached.
 *
 * @param allowLoopback lets them go to this machine, too
 */
export function createWebhookTransport({
  allowLoopback,
  resolve,
}: {
  allowLoopback: boolean;
  resolve?: ResolveHost;
}): WebhookTransport {
  return {
    deliver: async ({ url, id, at, body, secrets }) => {
      const posted = await safePost(url, {
        body,
        headers: {
          "content-type": "application/json",
          "user-agent": "Ratebook-Webhooks/1",
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
          "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
        },
        timeoutMs: TIMEOUT_MS,
        allowLoopback,
        ...(resolve && { resolve }),
      });
      return posted.ok
        ? { kind: "answered", ...posted.value }
        : { kind: "unreachable", message: posted.error.message };
    },
  };
}

const TIMEOUT_MS = 15_000;
