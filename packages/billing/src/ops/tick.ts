import { err, ok, type Result } from "@ratebook/core";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";

/** Server work that the worker's clock starts, by name. */
export const TICKS = [
  "roll-wallets",
  "roll-usage",
  "sweep-payments",
  "bill-resources",
  "watch-runways",
  "issue-invoices",
  "send-mails",
  "send-webhooks",
  "watch-alerts",
  "announce-expiring",
  "renew-credit-lines",
  "close-volume",
  "watch-contracts",
  "verify-books",
  "rate-parked",
  "watch-prices",
  "tidy-up",
] as const;

export type TickError = { kind: "access_denied"; message: string };

/**
 * Starts the work of one slot of a schedule. Two workers, or one that was restarted, may both report a slot: its job
 * runs once.
 *
 * @returns `enqueued: false` where the slot was reported before
 */
export async function tick(
  ctx: Pick<Ctx, "jobs">,
  actor: Actor,
  { name, slot }: { name: (typeof TICKS)[number]; slot: Date },
): Promise<Result<{ enqueued: boolean }, TickError>> {
  if (!hasScope(actor, "clock:tick")) {
    return err({ kind: "access_denied", message: "This credential lacks the scope clock:tick." });
  }
  const at = slot.toISOString();
  return ok({ enqueued: await ctx.jobs.enqueue(name, opId("tick", `${name}:${at}`), { slot: at }) });
}
