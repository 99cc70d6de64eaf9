import { csvLine } from "@ratebook/core";
import type { Contract } from "./contract.ts";

/** Contract versions as CSV, one a line; instants are UTC, terms are the JSON that fills a draft's form again. */
export const contractsCsv = (contracts: readonly Contract[]): string =>
  [
    csvLine(COLUMNS),
    ...contracts.map((it) =>
      csvLine([
        it.label,
        it.customerId,
        it.customerName,
        it.state,
        it.validFrom.toISOString(),
        it.validUntil?.toISOString() ?? null,
        it.plan,
        JSON.stringify(it.terms),
        it.note,
        it.createdBy,
        it.createdAt.toISOString(),
      ]),
    ),
  ].join("");

const COLUMNS = [
  ...["contract", "customer", "customer_name", "state", "valid_from", "valid_until", "plan", "terms"],
  ...["reason", "created_by", "created_at"],
];
