import { MarkupPolicy, type MarkupRule } from "@ratebook/core";

/** The rules with one of them a place earlier (−1) or later (1); as they are where there is no such place. */
export function moved(rules: readonly MarkupRule[], index: number, by: -1 | 1): MarkupRule[] {
  const [rule, other] = [rules[index], rules[index + by]];
  if (rule === undefined || other === undefined) return [...rules];
  return rules.map((it, at) => (at === index ? other : at === index + by ? rule : it));
}

/** The rules with another one in a place, or before the last, which is for everything else. */
export const placed = (rules: readonly MarkupRule[], rule: MarkupRule, index: number | null): MarkupRule[] =>
  index === null
    ? [...rules.slice(0, -1), rule, ...rules.slice(-1)]
    : rules.map((it, at) => (at === index ? rule : it));

/** The rules without one. */
export const without = (rules: readonly MarkupRule[], index: number): MarkupRule[] =>
  rules.filter((_, at) => at !== index);

/** What keeps a list of rules from being a policy, as sentences; none where it is one. */
export function policyIssues(rules: readonly MarkupRule[]): string[] {
  const read = MarkupPolicy.safeParse({ id: "draft", rules });
  if (read.success) return [];
  return read.error.issues.map(({ path, message }) => {
    const rule = typeof path[1] === "number" ? rules[path[1]] : undefined;
    return rule === undefined ? `${message}.` : `Rule ${rule.id}: ${message}.`;
  });
}

/** Whether two lists of rules are the same. */
export const sameRules = (a: readonly MarkupRule[], b: readonly MarkupRule[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
