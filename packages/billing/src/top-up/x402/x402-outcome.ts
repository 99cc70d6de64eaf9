import type { Nanos } from "@ratebook/core";
import type { ResolveCustomerError } from "../../accounts/resolve-customer.ts";
import type { Ctx } from "../../ctx.ts";
import type { WatchCtx } from "../../resources/watch-runways.ts";
import type { InvalidField } from "../../usage/usage-error.ts";
import type { InvalidPaymentHeader } from "./payment-header.ts";
import type { X402Rail, X402RefusalReason, X402Token, X402Unavailable } from "./x402-rail.ts";

/** What a verb of this area needs of the context; without `x402` nothing is sold for tokens. */
export type X402Ctx = WatchCtx & Pick<Ctx, "x402" | "failpoint">;

/** What one payment must sign, and until when it is asked for. */
export type X402Terms = {
  intentId: string;
  price: Nanos;
  /** The price in units of the token. */
  units: bigint;
  expiresAt: Date;
  /** How long the signature should be valid. */
  maxTimeoutSeconds: number;
  network: string;
  networkV1: string | null;
  asset: string;
  payTo: string;
  token: X402Token;
  /** Address of what is sold. */
  resource: string;
};

export type X402Outcome =
  /** Credited. `replayed`: this very payment was credited before, and nothing was added now. */
  | {
      status: "settled" | "replayed";
      creditsAdded: Nanos;
      balance: Nanos;
      /** The ledger operation. */
      transactionId: string;
      /** `network` is spelled as in that version. */
      payment: { version: 1 | 2; network: string; transaction: string; payer: string };
    }
  /** The money may be on its way; it is credited as soon as the chain shows it. Repeat the same payment to ask. */
  | { status: "pending"; settlementId: string; retryAfterSeconds: number }
  /** Nothing was taken: pay by these terms. `reason` says what was wrong with a payment that came. */
  | { status: "payment_required"; reason: X402RefusalReason | null; message: string; terms: X402Terms };

export type X402NotConfigured = { kind: "x402_not_configured" };

export type X402Error =
  | ResolveCustomerError
  | InvalidField
  | InvalidPaymentHeader
  | X402NotConfigured
  | X402Unavailable
  /** Another customer's payment. */
  | { kind: "payment_already_used"; message: string }
  /** These terms were paid, or are being paid, with another authorization. */
  | { kind: "terms_already_paid"; state: "settled" | "settling"; message: string };

/** A rail that has told what its token is. */
export type OpenX402 = { rail: X402Rail; token: X402Token };
