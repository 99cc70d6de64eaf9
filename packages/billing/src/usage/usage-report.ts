import type { BillingMode, Dimensions, Nanos, UsageFormat } from "@ratebook/core";
import type { Json } from "../ledger/ledger-op.ts";

/** What was used: a provider's own usage object, or quantities by meter. */
export type ReportedUsage = {
  usage?: { format: UsageFormat; raw: unknown } | undefined;
  quantities?: Readonly<Record<string, string | number | bigint>> | undefined;
};

/** The model that was used: an offering id (or an alias), or provider and model. */
export type NamedOffering = {
  offering?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
};

/** What a caller may say about any event beside its usage. */
export type EventContext = {
  dimensions?: Dimensions | undefined;
  /** Default: now. */
  occurredAt?: Date | undefined;
  agentId?: string | undefined;
  appId?: string | undefined;
  /** The platform's own id of the person behind the call. */
  userId?: string | undefined;
  metadata?: { readonly [key: string]: Json } | undefined;
};

/** One usage event as a program reports it, parsed by the door. */
export type UsageReport = NamedOffering &
  ReportedUsage &
  EventContext & {
    /** Our id or the platform's external id; keys and members may leave it out. */
    customer?: string | undefined;
    /** Prices the event at the versions this quote was given at; used once. */
    quoteId?: string | undefined;
    /** Settles this hold with the event. */
    holdId?: string | undefined;
    /** "byok": the customer's own upstream key paid; the debit is the operator's fee. */
    billing?: BillingMode | undefined;
    /** Default "record": served usage is never refused for money. */
    mode?: "record" | "gate" | undefined;
    idempotencyKey: string;
    /** Rated and recorded, no money moves. */
    shadow?: boolean | undefined;
    /** What the platform itself took for it; kept with a shadow event, for comparison, and never computed with. */
    platformAmount?: Nanos | undefined;
  };

/** `provider/model` or the offering as named; null where the caller named neither. */
export function offeringName({ offering, provider, model }: NamedOffering): string | null {
  if (offering !== undefined) return offering;
  return provider === undefined || model === undefined ? null : `${provider}/${model}`;
}
