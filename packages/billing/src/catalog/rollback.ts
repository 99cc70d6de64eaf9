import { diffRates, err, ok, type RateChange, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { dateOverrides, putOverrides } from "./overrides.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { meterKey, OVERRIDE_SOURCE } from "./pricing-rules.ts";
import { inPublication, type Query } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";

export type RollbackInput = {
  /** The version whose rates are to be served again. */
  version: number;
  /** Only these offerings; default: all. */
  offerings?: readonly string[] | undefined;
  /** When the sources decide again; default: when the overrides are ended. */
  until?: Date | undefined;
  /** True: says what would change and changes nothing. */
  dryRun: boolean;
  reason: string;
};

/** What a rollback does, or would do. */
export type Rollback = {
  /** The new version; null where nothing differs, and for a dry run. */
  version: number | null;
  /** Meters that are overridden by it. */
  overrides: number;
  added: number;
  changed: number;
  removed: number;
  /** Some of the differences. */
  changes: RateChange<StoredRate, StoredRate>[];
};

/**
 * Serves the rates of an earlier version again, as a new version; what was debited in between keeps its own.
 *
 * Every meter that differs becomes an override with the old rates, or with none where the old version had none. That is
 * why no sync undoes it: sources go on being read, judged and kept, and decide again when the overrides end
 * (`endOverrides` with the new version ends them all). Meters that do not differ stay with their sources.
 */
export async function rollbackCatalogue(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { version: target, offerings, until, dryRun, reason }: RollbackInput,
): Promise<
  Result<
    Rollback,
    | CatalogAccessDenied
    | { kind: "version_not_found"; version: number }
    | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (until && until <= ctx.clock()) {
    return err({ kind: "validation_error", field: "until", message: "must be in the future" });
  }
  const [known] = await ctx.sql`select from ratebook.catalogue_version where version = ${target}`;
  if (!known) return err({ kind: "version_not_found", version: target });
  const scope = offerings ?? null;
  if (dryRun) {
    const { wanted: _wanted, ...plan } = await planRollback(ctx.sql, target, scope);
    return ok({ version: null, ...plan });
  }
  return inPublication(ctx, async (publication) => {
    const { wanted, ...plan } = await planRollback(publication.tx, target, scope);
    await putOverrides(
      publication,
      actor,
      wanted.map((meter) => ({
        ...meter,
        kind: "rollback",
        proposalId: null,
        rolledBackTo: target,
        until: until ?? null,
        reason,
      })),
    );
    const touched = [...new Set(wanted.map(({ offering }) => offering))];
    const note = `rolled back to version ${target}: ${reason}`;
    const version = await publishRates(publication, touched, { source: OVERRIDE_SOURCE, note });
    await dateOverrides(publication, version);
    await auditCatalogue(publication, actor, {
      action: "catalogue.rollback",
      subject: String(target),
      after: { version, overrides: plan.overrides, offerings: scope?.slice(0, 100) ?? null },
      reason,
    });
    return ok({ version, ...plan });
  });
}

/** The meters whose rates differ, each with the rates it had. */
async function planRollback(sql: Query, target: number, offerings: readonly string[] | null) {
  // Only rates that one of the two has and the other has not.
  const rows = await sql<StoredRate[]>`
    select ${rateColumns(sql)} from ratebook.rate r
    where (${offerings}::text[] is null or offering = any(${offerings}))
      and ((opened_version <= ${target} and (closed_version is null or closed_version > ${target}))
        or closed_version is null)
      and not exists (select from ratebook.offering o where o.offering = r.offering and o.retired_at is not null)`;
  const before = rows.filter(({ closedVersion }) => closedVersion === null);
  const after = rows.filter(
    ({ openedVersion, closedVersion }) =>
      openedVersion <= target && (closedVersion === null || closedVersion > target),
  );
  const { changes } = diffRates(before, after);
  const ratesOf = Map.groupBy(after, meterKey);
  const meters = new Map(
    changes.map((change) => {
      const { offering, meter } = change.kind === "removed" ? change.before : change.after;
      return [meterKey({ offering, meter }), { offering, meter }];
    }),
  );
  const count = (kind: RateChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  return {
    wanted: [...meters].map(([key, meter]) => ({ ...meter, rates: ratesOf.get(key) ?? [] })),
    overrides: meters.size,
    added: count("added"),
    changed: count("changed"),
    removed: count("removed"),
    changes: changes.slice(0, CHANGES_MAX),
  };
}

const CHANGES_MAX = 200;
