import type { Api } from "../../app/trpc.ts";

export type Endpoint = Api<"alerts", "endpoints">[number];
export type Delivery = Api<"alerts", "deliveries">["items"][number];
export type EventKind = Delivery["kind"];

/** What an endpoint's state means, in a word and a colour. */
export function endpointState(endpoint: Pick<Endpoint, "state" | "disabledBecause" | "failingSince">): {
  word: string;
  color: string;
} {
  if (endpoint.state === "disabled") {
    return { word: disabledWords[endpoint.disabledBecause ?? "by_hand"], color: "red" };
  }
  return endpoint.failingSince === null
    ? { word: "Active", color: "teal" }
    : { word: "Failing", color: "orange" };
}

/** What became of a delivery, in a few words. */
export function deliveryOutcome(delivery: Pick<Delivery, "lastStatus" | "lastError" | "attempts">): string {
  if (delivery.lastError !== null) return delivery.lastError;
  if (delivery.lastStatus !== null) return `Answered ${delivery.lastStatus}`;
  return delivery.attempts === 0 ? "Not tried yet" : "No answer yet";
}

export const deliveryWords: Record<Delivery["state"], string> = {
  failed: "failed",
  pending: "waiting",
  delivered: "delivered",
};

export const deliveryColors: Record<Delivery["state"], string> = {
  failed: "red",
  pending: "orange",
  delivered: "teal",
};

const disabledWords = {
  by_hand: "Off",
  failing: "Off: failed for five days",
  gone: "Off: answered 410",
} as const;
