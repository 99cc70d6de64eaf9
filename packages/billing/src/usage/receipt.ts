import type { BillingMode, Conditions, MarkupRule, Nanos, VolumeDiscount } from "@ratebook/core";
import type { EntryKind } from "../ledger/post-outcome.ts";

/** A stored rate as a receipt shows it: the price, and where in which document it was read. */
export type ReceiptRate = {
  rateId: string;
  meter: string;
  usd: string;
  per: number;
  when: Conditions;
  free: boolean;
  minimum: string | null;
  increment: string | null;
  included: string | null;
  ownCost: string | null;
  source: string;
  sha256: string;
  where: string | null;
  openedVersion: number;
};

/** One pool at its price. */
export type ReceiptUsageLine = {
  kind: "usage";
  meter: string;
  /** The meter whose rate priced it. */
  ratedAs: string;
  quantity: string;
  /** After `included`, `minimum` and `increment`. */
  billedQuantity: string;
  rate: ReceiptRate;
  /** The event's dimensions and tokens that made the rate apply. */
  conditionsMatched: Conditions;
  /** Rates as specific as the one taken, which is the dearest of them. */
  ties: ReceiptRate[];
  markup: {
    rule: MarkupRule;
    decidedBy: string;
    bps: number | null;
    sellPerUnit: string;
    /** Why this rule, and what of it decided. */
    because: string;
    /** The rules asked before, each with what of it did not match: the contract's own, then the operator's. */
    passedOver: { ruleId: string; because: string }[];
    /** The rules after it, which were not asked. */
    notReached: string[];
  };
  /** Price borrowed from the provider's dearest rate, because the offering had none. */
  conservative: boolean;
  upstream: Nanos;
  amount: Nanos;
};

/** What a contract's volume discount took off. */
export type ReceiptVolumeLine = {
  kind: "volume";
  /** The discount as the contract states it. */
  discount: VolumeDiscount;
  /** First day of the UTC month it counts for. */
  month: string;
  /** The month's volume before the event, and what it added: dollars before the discount, or units; decimal text. */
  position: string;
  volume: string;
  /** The lines it was taken off, before it; and the most it may take without selling below cost. */
  gross: Nanos;
  room: Nanos;
  /** How much of the volume fell into which tier, and why the other tiers took nothing. */
  tiers: { above: string; discountBps: number; volume: string; because: string }[];
  decidedBy: string;
  /** How the amount came about, in one sentence. */
  because: string;
  /** Not above 0. */
  amount: Nanos;
};

export type ReceiptLine =
  | ReceiptUsageLine
  | { kind: "fee"; rule: MarkupRule; amount: Nanos }
  | ReceiptVolumeLine
  | { kind: "outcome"; outcome: string; policy: string; amount: Nanos }
  | { kind: "held" | "named"; outcome: string; amount: Nanos };

/** The contract an event was priced under, and what of it took no part. */
export type ReceiptContract = {
  contract: string;
  validFrom: Date;
  validUntil: Date | null;
  /** Null where it has none; else whether it made the rates, and why or why not. */
  priceLock: { catalogueVersion: number; until: Date; applied: boolean; because: string } | null;
  /** Volume discounts without a line, and why. */
  discountsPassedOver: { id: string; because: string }[];
};

/** Everything needed to recompute what one usage event cost. */
export type Receipt = {
  id: string;
  customerId: string;
  state: "rated" | "parked";
  parkReason: string | null;
  /** What parked usage was rated as later; and the parked event that this one rates. */
  ratedBy: string | null;
  rates: string | null;
  offering: string | null;
  billing: BillingMode;
  pools: Record<string, string>;
  dimensions: Record<string, unknown>;
  outcome: string | null;
  lines: ReceiptLine[];
  /** The sum of the lines. */
  amount: Nanos;
  upstream: Nanos;
  rounding: "half-even, once per line, to 0.000000001 USD";
  versions: { catalogue: number | null; policy: number | null; contract: string | null };
  /** Null where everybody's terms priced it. */
  contract: ReceiptContract | null;
  entry: {
    seq: bigint;
    kind: EntryKind;
    contra: string | null;
    amount: Nanos;
    debtIncurred: Nanos;
    heldDelta: Nanos;
    balanceAfter: Nanos;
    heldAfter: Nanos;
    debtAfter: Nanos;
    late: boolean;
    createdAt: Date;
  };
  /** Which grants paid; `provisional` is not attributed yet. */
  paidBy: { grantId: string; category: string; source: string; amount: Nanos }[];
  provisional: Nanos;
  /** Given back since. */
  reversed: Nanos;
  holdId: string | null;
  quoteId: string | null;
  agentId: string | null;
  appId: string | null;
  keyId: string | null;
  userId: string | null;
  metadata: Record<string, unknown>;
  occurredAt: Date;
};
