import { csvLine, formatUsd } from "@ratebook/core";
import type { ListedCustomer } from "./customer-row.tsx";

/** Customers as CSV, one a line; amounts are exact dollars. */
export const customersCsv = (customers: readonly ListedCustomer[]): string =>
  [
    csvLine(COLUMNS),
    ...customers.map((it) =>
      csvLine([
        it.id,
        it.externalId,
        it.name,
        it.email,
        formatUsd(it.balance),
        formatUsd(it.available),
        formatUsd(it.held),
        formatUsd(it.debt),
        it.runwayHours?.toString() ?? null,
        it.autoTopUp,
        it.contract?.toString() ?? null,
        it.status,
        it.createdAt.toISOString(),
      ]),
    ),
  ].join("");

const COLUMNS = [
  ...["id", "external_id", "name", "email", "balance_usd", "available_usd", "held_usd", "debt_usd"],
  ...["runway_hours", "auto_top_up", "contract", "status", "created_at"],
];
