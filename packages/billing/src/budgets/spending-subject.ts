import { err, ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import type { SpendingSubject } from "../ledger/post-outcome.ts";
import type { InvalidField } from "../usage/usage-error.ts";

/** Whose spending: the organization has no id of its own here. */
export type NamedSubject = { subject: SpendingSubject; subjectId?: string | null | undefined };

export type SubjectNotFound = { kind: "subject_not_found"; subject: SpendingSubject; id: string };

/**
 * The id a subject is stored under, once it is known that the customer has such an agent, app or key. Members are named by
 * usage alone, so any id may be one.
 *
 * @returns `subject_not_found` also for another customer's, so that ids cannot be probed
 */
export async function findSubject(
  tx: Transaction,
  customerId: string,
  { subject, subjectId }: NamedSubject,
): Promise<Result<string, InvalidField | SubjectNotFound>> {
  const id = subjectId ?? "";
  if (subject === "organization") {
    return id === "" ? ok("") : err(invalid("is only for apps, agents, members and keys"));
  }
  if (id === "") return err(invalid(`is required: name the ${subject}`));
  if (subject === "member") return ok(id);
  const found = await tx.execute(
    subject === "app"
      ? sql`select from ratebook.app where customer_id = ${customerId} and app_id = ${id}`
      : subject === "agent"
        ? sql`select from ratebook.agent where customer_id = ${customerId} and agent_id = ${id}`
        : sql`select from ratebook.api_key where customer_id = ${customerId} and id::text = ${id} and revoked_at is null`,
  );
  return found.length > 0 ? ok(id) : err({ kind: "subject_not_found", subject, id });
}

const invalid = (message: string): InvalidField => ({
  kind: "validation_error",
  field: "subjectId",
  message,
});
