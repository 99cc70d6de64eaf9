/** An expected outcome: a value, or a failure the caller must look at. Bugs and broken machines throw instead. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };

/** A success. */
export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

/** An expected failure. */
export const err = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });

/** Narrows away null and undefined where the program guarantees a value; throws with that guarantee's reason otherwise. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new Error(`invariant broken: ${why}`);
  return value;
}
