import type { Nanos } from "@ratebook/core";

/** What each kind of event says, beside its time and whom it is about. Amounts are written as decimal text. */
export type EventData = {
  /** Sent on request, to see whether an endpoint works. */
  "webhook.test": { message: string };
  /** An endpoint is no longer told anything: it failed for days, or said that it is gone. */
  "webhook.endpoint_disabled": { endpointId: string; url: string; reason: "failing" | "gone" };
  /** A price in use needs an operator; `what` names the alarm, `subjects` the offerings or sources. */
  "price.alarm": { what: string; message: string; subjects: readonly string[] };
  /** The platform must stop a resource, and say so with a 2xx. */
  "resource.stop_requested": { resourceId: string; kind: string; reason: string };
  /** The platform may start a resource again that it was told to stop. */
  "resource.start_requested": { resourceId: string; kind: string; reason: string };
};

export type EventKind = keyof EventData;

/** A value of an event's data as it may be written to JSON. */
export type EventValue = string | number | boolean | null | Nanos | Date | readonly string[];

/**
 * Every kind of event, who may subscribe to it, and what it means. `customer`: the organization it is about, and the
 * platform; `platform`: the platform alone.
 */
export const EVENT_KINDS: { [K in EventKind]: { audience: "customer" | "platform"; meaning: string } } = {
  "webhook.test": { audience: "customer", meaning: "A test, sent on request." },
  "webhook.endpoint_disabled": {
    audience: "platform",
    meaning: "An endpoint failed for days, or said that it is gone, and is told nothing more.",
  },
  "price.alarm": { audience: "platform", meaning: "A price in use needs an operator." },
  "resource.stop_requested": {
    audience: "platform",
    meaning: "A resource must be stopped; repeated until it is acknowledged.",
  },
  "resource.start_requested": {
    audience: "platform",
    meaning: "A resource may be started again; repeated until it is acknowledged.",
  },
};

/** The kinds an owner of endpoints may subscribe to, in the order of the list. */
export const kindsFor = (owner: "customer" | "platform"): EventKind[] =>
  // The list's keys are its type's keys.
  (Object.keys(EVENT_KINDS) as EventKind[]).filter(
    (kind) => owner === "platform" || EVENT_KINDS[kind].audience === "customer",
  );
