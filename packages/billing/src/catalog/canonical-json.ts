/** JSON with sorted keys: the same text for the same value, whatever order jsonb or a document gave its keys. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(sortKeys(JSON.parse(JSON.stringify(value))));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortKeys(part)]),
  );
}
