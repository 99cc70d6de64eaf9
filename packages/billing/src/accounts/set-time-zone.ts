import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { customer } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { recordAudit } from "./record-audit.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/**
 * Sets the time zone an organization's usage may be shown in. Billing stays in UTC days whatever it is.
 *
 * `access_denied` for members who do not manage the organization and for keys; `validation_error` for a zone that the
 * database does not know by name.
 */
export async function setTimeZone(
  ctx: Pick<Ctx, "sql" | "db" | "clock" | "newId">,
  actor: Actor,
  input: { customer?: string | undefined; timeZone: string },
): Promise<Result<{ timeZone: string }, ResolveCustomerError | InvalidField>> {
  if (actor.kind !== "operator" && (actor.kind !== "member" || actor.role === "member")) {
    return err({
      kind: "access_denied",
      message: "Only who manages the organization may set its time zone.",
    });
  }
  const found = await resolveCustomer(ctx, actor, input.customer);
  if (!found.ok) return found;
  const { timeZone } = input;
  const [known] = await ctx.sql`select from pg_timezone_names where name = ${timeZone}`;
  if (!known) {
    return err({
      kind: "validation_error",
      field: "timeZone",
      message: "is no time zone such as Europe/Berlin",
    });
  }
  const { id } = found.value;
  await inTransaction(ctx.db, async (tx) => {
    const [before] = await tx
      .select({ timeZone: customer.timeZone })
      .from(customer)
      .where(eq(customer.id, id))
      .for("update");
    if (before === undefined || before.timeZone === timeZone) return;
    await tx.update(customer).set({ timeZone, updatedAt: ctx.clock() }).where(eq(customer.id, id));
    await recordAudit(ctx, tx, actor, {
      action: "customer.time_zone",
      subject: id,
      customerId: id,
      before,
      after: { timeZone },
    });
  });
  return ok({ timeZone });
}
