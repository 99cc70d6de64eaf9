import { GOOD_CARD } from "@ratebook/payments/testing";
import type { PainSystem } from "./pain-system.ts";

export async function openCheckout({ doors }: PainSystem, key: string, amount: number) {
  const { body } = await doors.send("POST", "/api/v1/credits/checkout", { key, body: { amount } });
  return { sessionId: String(body.sessionId) };
}

/** A purchase by card whose webhooks all came. */
export async function buy(system: PainSystem, key: string, amount: number) {
  const { doors, shop } = system;
  const { sessionId } = await openCheckout(system, key, amount);
  await shop.sandbox.controls.pay({ checkoutId: sessionId, card: GOOD_CARD });
  await shop.deliverAll();
  const [order] = await doors.database.sql<{ id: string; paymentId: string }[]>`
    select id, payment_id as "paymentId" from ratebook.payment_order where checkout_id = ${sessionId}`;
  return { id: String(order?.id), paymentId: String(order?.paymentId) };
}
