import type { Ctx } from "../ctx.ts";

/**
 * Places between two commits of taking money, where a process may die and another has to go on; `…written` is within a
 * transaction that has done its work and is not committed yet.
 */
export const FAILPOINTS = [
  "purchase.quoted",
  "purchase.started",
  "purchase.page_opened",
  "purchase.page_kept",
  "webhook.kept",
  "webhook.enqueued",
  "settle.read",
  "settle.written",
  "settle.committed",
  "event.done",
  "refill.decided",
  "refill.charged",
  "refill.delivered",
  "x402.claimed",
  "x402.begun",
  "x402.sent",
  "x402.found",
  "x402.written",
  "x402.credited",
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/**
 * Passes a failpoint. Nothing happens there unless whoever composed the context gave it something to do, as the crash
 * tests do; no setting of a server can.
 */
export const passFailpoint = ({ failpoint }: Pick<Ctx, "failpoint">, name: Failpoint): void =>
  failpoint?.(name);
