import type { Nanos, Unrated } from "@ratebook/core";
import type { DebitLine } from "./stored-line.ts";

/** What became of a usage event. A replay carries the first numbers and the first lines. */
export type RecordedUsage = {
  /** Names the event for ever; its receipt is found under it. */
  id: string;
  status: "debited" | "replayed" | "parked" | "shadow";
  /** Why it is parked, or why a shadow event has no price. */
  reason: Unrated["reason"] | null;
  /** The same as a sentence; null for a replay and in shadow mode, which keep the reason alone. */
  detail: string | null;
  /** What was due: what left the balance plus what became debt. */
  amount: Nanos;
  debtIncurred: Nanos;
  debt: Nanos;
  /** The hold it settled had expired. */
  late: boolean;
  balance: Nanos;
  available: Nanos;
  lines: readonly DebitLine[];
  catalogueVersion: number | null;
  policyVersion: number | null;
};
