import { csvLine } from "@ratebook/core";
import type { AuditEntry } from "./audit-fields.ts";

/** Changes as CSV: who, what, before, after and why, a change a line. */
export const auditCsv = (entries: readonly AuditEntry[]): string =>
  [
    csvLine([
      "at",
      "actor_kind",
      "actor",
      "actor_name",
      "action",
      "subject",
      "customer",
      "customer_name",
      "before",
      "after",
      "reason",
      "id",
    ]),
    ...entries.map((it) =>
      csvLine([
        it.at.toISOString(),
        it.actorKind,
        it.actorId,
        it.actorName,
        it.action,
        it.subject,
        it.customerId,
        it.customerName,
        it.before === null ? null : JSON.stringify(it.before),
        it.after === null ? null : JSON.stringify(it.after),
        it.reason,
        it.id,
      ]),
    ),
  ].join("");
