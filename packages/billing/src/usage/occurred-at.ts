import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { hasScope } from "../actor.ts";
import type { InvalidField } from "./usage-error.ts";

/** Days back an event may be dated without the scope `usage:backfill`; rates of that time are kept in memory. */
export const OPEN_DAYS = 35;

/**
 * Whether an event may be dated as it is.
 *
 * Never later than now (half a minute is forgiven: clocks differ); older than 35 days only with `usage:backfill`.
 */
export function occurredAtRefusal(
  occurredAt: Date,
  now: Date,
  actor: Actor,
): InvalidField | ResolveCustomerError | null {
  const ageMs = now.getTime() - occurredAt.getTime();
  if (ageMs < -FORGIVEN_MS) {
    return { kind: "validation_error", field: "occurredAt", message: "must not be in the future" };
  }
  if (ageMs > OPEN_DAYS * DAY_MS && !hasScope(actor, "usage:backfill")) {
    return {
      kind: "access_denied",
      message: `occurredAt: events older than ${OPEN_DAYS} days need the scope usage:backfill.`,
    };
  }
  return null;
}

const FORGIVEN_MS = 30_000;
const DAY_MS = 86_400_000;
