import { err, MarkupPolicy, ok, type Result } from "@ratebook/core";

/** A list of rules as a policy that is not in force; `validation_error` names the rule that is not well-formed. */
export function draftPolicy(
  rules: readonly unknown[],
): Result<MarkupPolicy, { kind: "validation_error"; field: string; message: string }> {
  const parsed = MarkupPolicy.safeParse({ id: "draft", rules });
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err({
    kind: "validation_error",
    field: issue?.path.join(".") ?? "rules",
    message: issue?.message ?? "is not a list of markup rules",
  });
}
