import { ContractTerms, err, ok, type Result } from "@ratebook/core";
import type { InvalidContract } from "./contract-error.ts";

/** Terms as a program or a form sent them; the error names the part that is not well-formed. */
export function readTerms(terms: unknown): Result<ContractTerms, InvalidContract> {
  const parsed = ContractTerms.safeParse(terms);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err({
    kind: "validation_error",
    field: ["terms", ...(issue?.path ?? [])].join("."),
    message: issue?.message ?? "are not the terms of a contract",
  });
}
