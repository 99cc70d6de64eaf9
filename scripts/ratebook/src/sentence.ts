import { isDatabaseDown } from "@ratebook/db";
import { TRPCClientError } from "@trpc/client";
import { z } from "zod";

/** A command that cannot be done, with the sentence the operator reads. */
export class CannotDo extends Error {
  override name = "CannotDo";
}

/** The sentence told of anything that ended a command. */
export function explain(error: unknown): string {
  if (isDatabaseDown(error)) {
    return "The database cannot be reached: start Ratebook, or set DATABASE_URL to a PostgreSQL that answers.";
  }
  if (error instanceof TRPCClientError) {
    const refused = Refused.safeParse(error.data);
    const [first, ...more] = refused.success ? refused.data.issues : [];
    if (first) return `${first.path}: ${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
  }
  return error instanceof Error ? error.message : String(error);
}

const Refused = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) });
