import { TRPCError } from "@trpc/server";
import { ExpectedFailure, failed } from "../failures.ts";

/**
 * Calls a procedure for a route that spells its fields otherwise; what the procedure says of a bad field is told by the
 * caller's own word for it.
 *
 * @param wordOf the caller's spelling of a procedure's field
 */
export async function inTheirWords<T>(wordOf: (field: string) => string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof TRPCError) || !(error.cause instanceof ExpectedFailure)) throw error;
    const { failure } = error.cause;
    if (failure.kind !== "validation_error") throw error;
    throw failed({ ...failure, field: wordOf(failure.field) });
  }
}

/** The spelling that was sent: the second one of a field where it came alone, else the first. */
export const spelled = <Body extends object>(
  body: Body,
  first: keyof Body,
  ...others: (keyof Body)[]
): string =>
  String(body[first] === undefined ? (others.find((it) => body[it] !== undefined) ?? first) : first);
