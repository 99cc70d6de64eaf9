import { dayText, type Nanos } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { DueDay } from "./due-days.ts";

/** A day whose debit is posted, or that had nothing to bill. */
export type BilledDay = {
  due: DueDay;
  opId: string | null;
  amount: Nanos;
  state: "billed" | "parked" | "idle";
};

/**
 * Writes days off: the next one of each resource is due then, or none where nothing is left. A day that another server
 * wrote off meanwhile stays as it was.
 */
export async function keepBilledDays(
  ctx: Pick<Ctx, "db" | "clock">,
  days: readonly BilledDay[],
): Promise<void> {
  if (days.length === 0) return;
  const rows = JSON.stringify(
    days.map(({ due, opId, amount, state }) => ({
      id: due.id,
      day: dayText(due.day),
      customer_id: due.customerId,
      op_id: opId,
      amount: amount.toString(),
      state,
    })),
  );
  const now = ctx.clock().toISOString();
  await inTransaction(ctx.db, async (tx) => {
    // Locked before the second look at its runs: one that begins meanwhile is seen.
    await tx.execute(sql`
      select 1 from ratebook.resource r
      join json_to_recordset(${rows}::json) as d(id uuid) on d.id = r.id order by r.id for update of r`);
    await tx.execute(sql`
      insert into ratebook.resource_day (resource_id, day, customer_id, op_id, amount_nanos, state, billed_at)
      select id, day, customer_id, op_id, amount, state, ${now}::timestamptz
      from json_to_recordset(${rows}::json)
        as d(id uuid, day date, customer_id uuid, op_id uuid, amount int8, state text)
      where op_id is not null
      on conflict do nothing`);
    await tx.execute(sql`
      update ratebook.resource r set next_day = case
          when r.state = 'deleted' and (d.day + 1)::timestamp at time zone 'UTC' >= r.ended_at then null
          when r.last_bytes is not null then d.day + 1
          when exists (select from ratebook.resource_run x where x.resource_id = r.id
            and (x.ended_at is null or x.ended_at > (d.day + 1)::timestamp at time zone 'UTC')) then d.day + 1 end
      from json_to_recordset(${rows}::json) as d(id uuid, day date)
      where r.id = d.id and r.next_day = d.day`);
  });
}
