import { inTransaction, type Transaction } from "@ratebook/db";
import { announceEvent } from "../alerts/announce-event.ts";
import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";

/** Something about prices that operators should know, once a key. */
export type PriceAlarm = {
  key: string;
  what: "price_in_use_stale" | "change_blocks_price_in_use" | "usage_parked" | "source_stale";
  /** One sentence; the subject of the mail. */
  message: string;
  /** Offerings or sources; as many as fit. */
  subjects: readonly string[];
  /** Null: told by webhook only. */
  mail: { template: string; lines: readonly string[] } | null;
  /** What is to be true exactly when the webhook is on its way. */
  within?: (tx: Transaction) => Promise<unknown>;
};

/** Tells operators by mail and the platform's endpoints by webhook; a key once each, however often it is asked. */
export async function tellPriceAlarm(
  ctx: Pick<Ctx, "sql" | "db" | "clock" | "newId" | "jobs" | "mailer">,
  { key, what, message, subjects, mail, within }: PriceAlarm,
): Promise<void> {
  if (mail !== null) {
    const { template, lines } = mail;
    await mailOperators(ctx, { key, template, subject: message, text: lines.join("\n") });
  }
  await inTransaction(ctx.db, async (tx) => {
    const data = { what, message, subjects: subjects.slice(0, SUBJECTS_MAX) };
    await announceEvent(ctx, tx, {
      key: `price-alarm:${key}`,
      kind: "price.alarm",
      customerId: null,
      data,
    });
    await within?.(tx);
  });
}

const SUBJECTS_MAX = 200;
