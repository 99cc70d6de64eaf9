import type { MailNotFound, WebhookNotFound } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with alerts and webhooks, beside what every area knows. */
export type AlertFailure = WebhookNotFound | MailNotFound;

/** One row a kind. */
export const alertFailures: { [K in AlertFailure["kind"]]: Failure<Extract<AlertFailure, { kind: K }>> } = {
  mail_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No mail has the id ${it.id}.`,
  },
  webhook_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No webhook ${it.what} of yours has the id ${it.id}.`,
  },
};
