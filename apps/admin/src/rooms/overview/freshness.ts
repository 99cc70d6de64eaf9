/** What the state of a source depends on. */
export type FreshnessFacts = {
  stale: boolean;
  checkedAt: Date | null;
  lastFailureAt: Date | null;
};

/** A source in one word. A failure counts until the source has been read again; old prices count most. */
export function freshnessOf({ stale, checkedAt, lastFailureAt }: FreshnessFacts): {
  state: "Never read" | "Failing" | "Stale" | "Fresh";
  color: string;
} {
  const failing = lastFailureAt !== null && (checkedAt === null || lastFailureAt > checkedAt);
  if (failing) return { state: "Failing", color: stale ? "red" : "orange" };
  if (checkedAt === null) return { state: "Never read", color: "gray" };
  return stale ? { state: "Stale", color: "orange" } : { state: "Fresh", color: "teal" };
}
