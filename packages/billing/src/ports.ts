/** A mail to be kept and, where a mail server is configured, sent. One per key. */
export type Mail = { key: string; to: string; template: string; subject: string; text: string };

/** Sends a mail; an adapter without a mail server only keeps it. */
export type Mailer = { send: (mail: Mail) => Promise<"sent" | "kept"> };

/**
 * Enqueues background work; the same id is enqueued once, even after it completed. Gives false where the id was there
 * already.
 */
export type Jobs = {
  enqueue: (name: string, id: string, payload: Record<string, unknown>) => Promise<boolean>;
};

/** Structured log lines. Never given a secret. */
export type Log = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};
