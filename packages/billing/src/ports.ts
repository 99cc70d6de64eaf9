import type { Nanos, Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import type { Invoice } from "./invoices/invoice.ts";
import type { Statement } from "./statements/statement.ts";

/** A mail to be kept and, where a mail server is configured, sent. One per key. */
export type Mail = {
  key: string;
  to: string;
  template: string;
  subject: string;
  text: string;
  /** The same as HTML, where it is written that way too. */
  html?: string;
};

/**
 * Keeps a mail, once per key, and has it sent where there is a mail server. With `tx` in that transaction: it exists
 * exactly when that commits.
 */
export type Mailer = { send: (mail: Mail, tx?: Transaction) => Promise<"sent" | "kept"> };

/** Hands a mail to a mail server. `message` is the server's reason, without a secret; trying again may help. */
export type MailTransport = {
  deliver: (mail: {
    id: string;
    to: string;
    subject: string;
    text: string;
    html: string | null;
  }) => Promise<Result<null, { kind: "not_delivered"; message: string }>>;
};

/** Enqueues background work; the same id is enqueued once, even after it completed. */
export type Jobs = {
  /** Gives false where the id was there already. */
  enqueue: (name: string, id: string, payload: Record<string, unknown>) => Promise<boolean>;
  /** The same in the caller's transaction: the job exists exactly when that commits. */
  enqueueWithin: (
    tx: Transaction,
    name: string,
    id: string,
    payload: Record<string, unknown>,
  ) => Promise<void>;
};

/** What came of one try to deliver a webhook. `excerpt` is the beginning of a foreign text. */
export type WebhookAnswer =
  | { kind: "answered"; status: number; excerpt: string; retryAfterSeconds: number | null }
  | { kind: "unreachable"; message: string };

/**
 * Signs an event with each secret and posts it, once, to a public address. Never throws for what a foreign server does.
 */
export type WebhookTransport = {
  deliver: (message: {
    url: string;
    /** Stays the same when the message is sent again. */
    id: string;
    at: Date;
    body: string;
    /** `whsec_…`; the newest first. */
    secrets: readonly string[];
  }) => Promise<WebhookAnswer>;
};

/** Structured log lines. Never given a secret. */
export type Log = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

/** Draws documents. The text of a document can be read back, in any script. */
export type Pdf = {
  invoice: (invoice: Invoice) => Promise<Uint8Array>;
  statement: (statement: Statement) => Promise<Uint8Array>;
};

/**
 * Says which taxes are in what was paid; net and they add up to the total. Asked once per purchase, when its invoice is
 * written.
 */
export type TaxCalculation = (sale: {
  net: Nanos;
  total: Nanos;
  country: string | null;
  vatId: string | null;
  paidAt: Date;
}) => { label: string; amount: Nanos }[];
