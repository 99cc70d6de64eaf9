import { err, must, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Dimension, WIDE } from "./dimension.ts";

/** Whose usage somebody may read. */
export type UsageReader = {
  /** Null: every customer's. */
  customerId: string | null;
  /** IANA name; UTC for all customers together. */
  timeZone: string;
  /** Whether upstream cost and margin are shown. */
  seesCosts: boolean;
};

/**
 * Decides whose usage an actor reads: an operator who names nobody reads everybody's, anyone else one customer's.
 *
 * @param dimensions what is grouped and filtered by; ids of agents, apps and members are a customer's own
 */
export async function usageReader(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
  dimensions: readonly Dimension[],
): Promise<Result<UsageReader, ResolveCustomerError | InvalidField>> {
  const seesCosts = actor.kind === "operator" || actor.kind === "system";
  if (seesCosts && named === undefined) {
    const own = dimensions.find((dimension) => !WIDE.has(dimension));
    if (own === undefined) return ok({ customerId: null, timeZone: "UTC", seesCosts });
    const message = `must be named to see usage by ${own}: such ids are a customer's own`;
    return err({ kind: "validation_error", field: "customer", message });
  }
  const customer = await resolveReadable(ctx, actor, named);
  if (!customer.ok) return customer;
  const [row] = await ctx.sql<{ timeZone: string }[]>`
    select time_zone as "timeZone" from ratebook.customer where id = ${customer.value.id}`;
  const { timeZone } = must(row, "it was just found, and customers are never deleted");
  return ok({ customerId: customer.value.id, timeZone, seesCosts });
}
