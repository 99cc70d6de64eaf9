import type { Api } from "../../app/trpc.ts";

type Order = Api<"payments", "orders">["items"][number];
export type OrderState = Order["state"];

/** What an order's state is called, and its colour. */
export const orderStates: Record<OrderState, { name: string; color: string }> = {
  quoted: { name: "Quoted", color: "gray" },
  provider_started: { name: "Starting", color: "gray" },
  delivered: { name: "With the customer", color: "blue" },
  ambiguous: { name: "No answer yet", color: "orange" },
  settled: { name: "Settled", color: "teal" },
  failed: { name: "Failed", color: "red" },
};

/** How an order came to be. */
export const orderKinds: Record<Order["kind"], string> = {
  checkout: "Checkout",
  auto_top_up: "Auto top-up",
  subscription: "Subscription",
};
