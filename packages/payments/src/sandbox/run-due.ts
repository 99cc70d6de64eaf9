import type { SandboxStore } from "@ratebook/billing";
import { openBook } from "./book.ts";
import { expireCheckout } from "./pay-checkout.ts";
import { failRefund } from "./refund-charge.ts";
import { renewSubscription } from "./subscribe.ts";

/** Does what time brings: pages nobody finished expire, refunds to closed cards fail. */
export async function runDue(store: SandboxStore, now: Date): Promise<void> {
  await store.transaction(async (tx) => {
    const book = openBook(tx, now);
    for (const checkout of await book.due("checkout.session")) await expireCheckout(book, checkout);
    for (const subscription of await book.due("subscription")) await renewSubscription(book, subscription);
    for (const refund of await book.due("refund")) await failRefund(book, refund);
  });
}

/** When something falls due next; null when nothing will. */
export async function nextDue(store: SandboxStore): Promise<Date | null> {
  const times = await store.transaction(async (tx) => [
    await tx.nextDue("delivery"),
    await tx.nextDue("checkout.session"),
    await tx.nextDue("refund"),
    await tx.nextDue("subscription"),
  ]);
  const known = times.filter((time) => time !== null).map((time) => time.getTime());
  return known.length === 0 ? null : new Date(Math.min(...known));
}
