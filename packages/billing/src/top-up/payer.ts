import { err, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError, ResolvedCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { PaymentsNotConfigured } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";

/**
 * The customer whose money an actor may move: its owners and admins, its own keys with `read`, and the platform. An
 * ordinary member may only look.
 */
export async function resolvePayer(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<ResolvedCustomer, ResolveCustomerError>> {
  if (actor.kind === "member" && actor.role === "member") {
    return err({ kind: "access_denied", message: "Only an owner or admin of the organization may pay." });
  }
  return resolveReadable(ctx, actor, named);
}

/** The configured rail. */
export function requireRail({ rail }: Pick<Ctx, "rail">): Result<PaymentRail, PaymentsNotConfigured> {
  return rail === undefined ? err({ kind: "payments_not_configured" }) : ok(rail);
}

/** Who did it, in the words of a row. */
export const payerLabel = (actor: Actor): string =>
  actor.kind === "operator" || actor.kind === "member"
    ? `${actor.kind}:${actor.userId}`
    : actor.kind === "portal"
      ? `portal:${actor.visitId}`
      : actor.kind === "system"
        ? `system:${actor.name}`
        : `key:${actor.keyId}`;
