import type { PriceSource } from "./source.ts";

/**
 * The request headers a source needs: none, or the one that carries its key from the environment.
 *
 * Null where the source needs a key and the environment has none: it cannot be read and should not be scheduled.
 */
export function keyHeaders(
  source: Pick<PriceSource, "key">,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> | null {
  if (source.key === undefined) return {};
  const key = env[source.key.env]?.trim();
  return key === undefined || key === "" ? null : { [source.key.header]: `${source.key.prefix}${key}` };
}
