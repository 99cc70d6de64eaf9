/** A usage report that cannot be metered. `field` is the path of the first thing wrong with it. */
export type UsageError = { kind: "invalid_usage"; field: string; message: string };

/** The failure for one field of a usage report. */
export const usageError = (field: string, message: string): { ok: false; error: UsageError } => ({
  ok: false,
  error: { kind: "invalid_usage", field, message },
});
