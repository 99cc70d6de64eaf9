import type { Nanos } from "@ratebook/core";
import type { BillingDetails } from "../invoices/billing-details.ts";
import type { Seller } from "../invoices/seller.ts";
import type { StatementLine } from "./statement-line.ts";

/** What a customer had and owed at an instant. */
export type Position = { credits: Nanos; debt: Nanos };

/** A line with what it is called, in every form a statement takes. */
export type LabelledLine = StatementLine & { label: string };

/** A month of a customer's credits and debt: opening and lines add up to closing, in both. */
export type Statement = {
  customerId: string;
  /** "2026-11", in UTC. */
  month: string;
  from: Date;
  /** Exclusive: the end of the month, or the instant it was asked for while the month lasts. */
  to: Date;
  /** False while the month lasts. */
  complete: boolean;
  opening: Position;
  lines: LabelledLine[];
  closing: Position;
  seller: Pick<Seller, "name" | "address" | "country" | "vatId" | "email">;
  customer: BillingDetails;
};

/** What a line of a statement is called. */
export function statementLabel({ kind, about }: Pick<StatementLine, "kind" | "about">): string {
  switch (kind) {
    case "purchase":
      return PAID[about ?? ""] ?? "Purchases";
    case "usage":
      return `Usage: ${about ?? "no model named"}`;
    case "promotional_grant":
      return "Promotional credits";
    case "credit_line_grant":
      return "Credit line";
    case "infrastructure":
      return "Infrastructure";
    case "given_back":
      return "Usage given back";
    case "refund":
      return "Taken back by refunds and disputes";
    case "refund_undone":
      return "Given again: refunds and disputes that ended in your favour";
    case "adjustment":
      return "Corrections";
    case "expired":
      return "Expired credits";
    case "debt_repaid":
      return "Debt repaid from credits";
  }
}

const PAID: Readonly<Record<string, string>> = {
  "clearing:stripe": "Purchases by card",
  "clearing:x402": "Purchases by token",
  "clearing:invoice": "Purchases by invoice",
  "clearing:sandbox": "Test purchases",
};
