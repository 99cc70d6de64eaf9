import { DAY_MS, must, nanos, noticeAsOf, stopsAt } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { readKinds } from "./kinds.ts";
import { dailyCost } from "./price-resource.ts";
import { readRunways } from "./read-runways.ts";
import { billingStatus, type Resource, type ResourceRow } from "./resource.ts";
import { weightOf } from "./resource-size.ts";

/** Rows as people and programs see them: with what a day costs now, and how their customer's shutdown stands. */
export async function showResources(ctx: Ctx, rows: readonly ResourceRow[]): Promise<Resource[]> {
  const [kinds, runways] = await Promise.all([
    readKinds(ctx),
    readRunways(ctx, [...new Set(rows.map(({ customerId }) => customerId))]),
  ]);
  const now = ctx.clock();
  return Promise.all(
    rows.map(async (row) => {
      const { createKey: _createKey, feeOpId: _feeOpId, alarmedAt: _alarmedAt, nextDay, ...shown } = row;
      const kind = kinds.get(row.kind);
      const runway = must(runways.get(row.customerId), "a customer has a wallet from the moment it exists");
      const { runwayMs, running } = runway;
      const notice = noticeAsOf(runway.notice, { now, runwayMs, running });
      const runs = row.state === "running";
      const stored = kind?.measure === "stored";
      return {
        ...shown,
        // What is stored goes on when credits are gone: nobody can stop it.
        billing: billingStatus(row, stored ? "active" : notice.state),
        dailyCost:
          kind === undefined
            ? null
            : runs
              ? await dailyCost(ctx, kind, stored ? (row.lastBytes ?? 0n) : weightOf(row), row.customerId)
              : nanos(0n),
        nextBillAt: nextDay === null ? null : new Date(Date.parse(`${nextDay}T00:00:00Z`) + DAY_MS),
        stopsAt: runs && !stored ? stopsAt(notice, now, runwayMs) : null,
      };
    }),
  );
}

/** The same of one. */
export async function showResource(ctx: Ctx, row: ResourceRow): Promise<Resource> {
  return must((await showResources(ctx, [row]))[0], "one row is shown as one resource");
}
