import type { Api } from "../../app/trpc.ts";

/** Who changed what. */
export type AuditEntry = Api<"accounts", "audit">["items"][number];

/** One field of what was changed; null where it was not there. */
export type AuditField = { name: string; before: string | null; after: string | null };

/** The fields of a change in the order they were written, those that stayed the same left out. */
export function auditFields({ before, after }: Pick<AuditEntry, "before" | "after">): AuditField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map((name) => ({ name, before: valueText(before?.[name]), after: valueText(after?.[name]) }))
    .filter((field) => field.before !== field.after);
}

/** An action's name for people: "markup_policy.set" is "Markup policy: set". */
export function actionText(action: string): string {
  const [subject = "", verb = ""] = action.split(".");
  const words = subject.replaceAll("_", " ").replace(/^api\b/, "API");
  const named = words.charAt(0).toUpperCase() + words.slice(1);
  return verb === "" ? named : `${named}: ${verb.replaceAll("_", " ")}`;
}

/** Text as it is, everything else as JSON; nothing for what is absent. */
function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
