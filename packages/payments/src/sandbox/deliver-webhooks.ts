import { createHmac } from "node:crypto";
import type { SandboxStore, SandboxTransaction } from "@ratebook/billing";
import { openBook } from "./book.ts";
import { asStored, type Delivery, type Stored } from "./objects.ts";

/** Posts one webhook and gives the answer's status; throws or gives 0 where nobody answered. */
export type DeliverWebhook = (body: string, signature: string) => Promise<number>;

export type DeliveryOptions = {
  store: SandboxStore;
  clock: () => Date;
  webhookSecret: string;
  deliverWebhook: DeliverWebhook;
};

/**
 * Delivers every webhook that is due and gives how many were taken.
 *
 * One that is refused comes again after 5 seconds, then at growing distances for three days, as Stripe does. A crash
 * between delivery and its record delivers twice: receivers know events by their id.
 */
export async function deliverDue(options: DeliveryOptions): Promise<number> {
  const { store, clock } = options;
  const claimed = await store.transaction(async (tx) => {
    const rows = await tx.due({ kind: "delivery", now: clock(), limit: 20 });
    // Leased, so that another replica does not deliver the same meanwhile.
    const until = new Date(clock().getTime() + LEASE_MS);
    for (const row of rows) await tx.put({ ...row, dueAt: until });
    return rows.map((row) => asStored<Delivery>(row.data));
  });
  let taken = 0;
  for (const delivery of claimed) {
    if (await deliverOne(options, delivery)) taken += 1;
  }
  return taken;
}

/** What Stripe puts in the header `Stripe-Signature`. */
export function signWebhook(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${signature}`;
}

async function deliverOne(options: DeliveryOptions, delivery: Delivery): Promise<boolean> {
  const { store, clock, webhookSecret, deliverWebhook } = options;
  const event = await store.transaction((tx) => openBook(tx, clock()).find("event", delivery.eventId));
  if (!event) throw new Error(`event ${delivery.eventId} is queued and not kept`);
  const body = JSON.stringify(event.object);
  const status = await deliverWebhook(body, signWebhook(body, webhookSecret, clock())).catch(() => 0);
  const taken = status >= 200 && status < 300;
  await store.transaction((tx) => record(tx, clock(), event, delivery, taken));
  return taken;
}

async function record(
  tx: SandboxTransaction,
  now: Date,
  event: Stored<"event">,
  delivery: Delivery,
  taken: boolean,
): Promise<void> {
  const attempts = delivery.attempts + 1;
  const wait = taken ? undefined : RETRY_AFTER_SECONDS[attempts - 1];
  const dueAt = wait === undefined ? null : new Date(now.getTime() + wait * 1000);
  const data: Delivery = { ...delivery, attempts };
  await tx.put({
    id: `delivery_${delivery.eventId}`,
    kind: "delivery",
    refs: [],
    dueAt,
    createdAt: now,
    data,
  });
  if (!taken) return;
  event.object.pending_webhooks = 0;
  await openBook(tx, now).keep(event);
}

const LEASE_MS = 60_000;
/** Together three days. */
const RETRY_AFTER_SECONDS = [5, 30, 120, 600, 3600, 10_800, 21_600, 43_200, 43_200, 43_200, 43_200, 43_200];
