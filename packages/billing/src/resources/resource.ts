import type { Nanos } from "@ratebook/core";
import type { RESOURCE_STATES, resource } from "@ratebook/db/schema";
import type { RecordUsageError } from "../usage/usage-error.ts";
import { STORAGE } from "./kinds.ts";

export type ResourceRow = typeof resource.$inferSelect;
export type ResourceState = (typeof RESOURCE_STATES)[number];

/** How its billing stands, in the words of the documented product. */
export type BillingStatus = "active" | "warning" | "shutdown_pending" | "suspended" | "archived";

/** A resource as its customer and the operator see it. */
export type Resource = {
  id: string;
  customerId: string;
  kind: string;
  name: string;
  project: string | null;
  cpu: number | null;
  memoryMb: number | null;
  instances: number;
  state: ResourceState;
  stopCause: "customer" | "credits" | null;
  billing: BillingStatus;
  /** What a whole day costs at the price of now; null where it has none, 0 where nothing runs. */
  dailyCost: Nanos | null;
  /** When its next day is billed; null where nothing is left to bill. */
  nextBillAt: Date | null;
  /** When it is stopped as things stand; null where no stop is announced. */
  stopsAt: Date | null;
  lastBytes: bigint | null;
  lastSampleAt: Date | null;
  createdAt: Date;
  deployedAt: Date | null;
  endedAt: Date | null;
};

/** Why something was not done to a resource. */
export type ResourceError =
  | RecordUsageError
  | { kind: "resource_not_found"; id: string }
  /** It is in a state in which this cannot be done. */
  | { kind: "resource_state"; id: string; state: ResourceState; message: string }
  | { kind: "resource_quota"; current: number; max: number }
  | { kind: "resource_intent_not_found"; id: string };

/** Where billing stands, from the resource's own state and the customer's notice. */
export function billingStatus(
  { state, stopCause }: Pick<ResourceRow, "state" | "stopCause">,
  notice: "active" | "warned" | "stopping" | "stopped",
): BillingStatus {
  if (state === "deleted" || state === "failed") return "archived";
  if (state === "stopped") return stopCause === "credits" ? "suspended" : "active";
  // What does not run yet is not stopped.
  if (state !== "running") return "active";
  if (notice === "warned") return "warning";
  return notice === "stopping" ? "shutdown_pending" : "active";
}

/** A refusal because of the state a resource is in. */
export const wrongState = (
  { id, state }: Pick<ResourceRow, "id" | "state">,
  message: string,
): { ok: false; error: Extract<ResourceError, { kind: "resource_state" }> } => ({
  ok: false,
  error: { kind: "resource_state", id, state, message },
});

/** A refusal for what is measured and not run: nobody stops, starts or scales stored bytes; null for everything else. */
export const refuseMeasured = (row: Pick<ResourceRow, "id" | "state" | "kind">) =>
  row.kind === STORAGE.kind
    ? wrongState(
        row,
        "It is measured by what is reported of it, so it cannot be stopped, started or changed.",
      )
    : null;
