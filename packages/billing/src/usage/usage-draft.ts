import type { BillingMode, Dimensions, Nanos, Pools } from "@ratebook/core";
import type { PinnedVersions } from "../catalog/catalogue.ts";
import type { Json } from "../ledger/ledger-op.ts";
import type { Outcome, SettlePolicy } from "./settings.ts";
import type { RecordUsageError } from "./usage-error.ts";

/** One event on its way to the ledger: who, what and when are settled, its price is not. */
export type UsageDraft = {
  customerId: string;
  opId: string;
  meaning: string;
  /** As named; null only where the event is settled without a price list. */
  offering: string | null;
  pools: Pools;
  dimensions: Dimensions;
  billing: BillingMode;
  mode: "record" | "gate";
  occurredAt: Date;
  /** Versions and instant of the price, where a quote or a hold fixed them. */
  pinned: PinnedVersions | null;
  pricedAt: Date;
  /** Id of the quote's row. */
  quoteId: string | null;
  holdId: string | null;
  /** How the held call ended, and what the operator takes for that. */
  ending: Ending | null;
  agentId: string | null;
  appId: string | null;
  userId: string | null;
  keyId: string | null;
  metadata: { readonly [key: string]: Json };
  /** What the platform itself took, where it says so. */
  platformAmount?: Nanos | undefined;
  /** Why the event is refused, unless it is a replay of one that was not. */
  refusal: RecordUsageError | null;
};

/** How a held call ended. */
export type Ending = {
  outcome: Outcome;
  cost: SettlePolicy[Outcome];
  /** An amount the caller gave instead of usage. */
  named: Nanos | null;
  /** What was set aside; null where the hold is resolved. */
  held: Nanos | null;
};
