import { type Conditions, conditionsKey, err, ok, type Result } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { inPublication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import type { OfferingNotFound } from "./set-listed.ts";

/** What the operator pays for `per` units under a contract of their own; margin is counted by it, no price is made of it. */
export type OwnCost = {
  offering: string;
  meter: string;
  when: Conditions;
  usd: string;
  per: bigint;
  validFrom: Date;
  /** Half-open; null: until further notice. */
  validUntil: Date | null;
  reason: string;
  createdBy: string;
  createdAt: Date;
};

export type SetOwnCostInput = Pick<OwnCost, "offering" | "meter" | "when" | "usd" | "per" | "reason"> & {
  /** Default: now. Of several in force at once the one that began last counts. */
  validFrom?: Date | undefined;
  validUntil?: Date | undefined;
};

/**
 * Notes what the operator pays for a price point, beside its list price, from a date on. The list price stays its
 * sources'; rates carry the cost from the version this makes, so that margins of earlier usage stay what they were.
 *
 * The same price point and start again replaces it. `validation_error` for dates that enclose nothing.
 */
export async function setOwnCost(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  input: SetOwnCostInput,
): Promise<
  Result<
    { version: number | null },
    CatalogAccessDenied | OfferingNotFound | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { offering, meter, when, usd, per, reason, validFrom = ctx.clock(), validUntil = null } = input;
  if (validUntil && validUntil <= validFrom) {
    return err({ kind: "validation_error", field: "validUntil", message: "must be after validFrom" });
  }
  return inPublication(
    ctx,
    async (publication): Promise<Result<{ version: number | null }, OfferingNotFound>> => {
      const { tx, now } = publication;
      const [known] = await tx`select from ratebook.offering where offering = ${offering}`;
      if (!known) return err({ kind: "offering_not_found", offering });
      await tx`
      insert into ratebook.own_cost (offering, meter, condition_key, conditions, valid_from, valid_until, usd, per, reason,
        created_by, created_at)
      values (${offering}, ${meter}, ${conditionsKey(when)}, ${JSON.stringify(when)}::text::jsonb, ${validFrom},
        ${validUntil}, ${usd}, ${per}, ${reason}, ${actorLabel(actor).id}, ${now})
      on conflict (offering, meter, condition_key, valid_from) do update set valid_until = excluded.valid_until,
        usd = excluded.usd, per = excluded.per, reason = excluded.reason, created_by = excluded.created_by,
        created_at = excluded.created_at`;
      const version = await publishRates(publication, [offering], {
        source: "operator",
        note: `own cost: ${reason}`,
      });
      await auditCatalogue(publication, actor, {
        action: "own_cost.set",
        subject: `${offering} ${meter} ${conditionsKey(when)}`.trim(),
        after: {
          usd,
          per: per.toString(),
          validFrom: validFrom.toISOString(),
          validUntil: validUntil?.toISOString() ?? null,
          version,
        },
        reason,
      });
      return ok({ version });
    },
  );
}

/** The operator's own costs, of one offering or all, the latest first; for operators. */
export async function listOwnCosts(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { offering }: { offering?: string | undefined },
): Promise<Result<OwnCost[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return ok(
    await ctx.sql<OwnCost[]>`
      select offering, meter, conditions as "when", trim_scale(usd)::text as usd, per, valid_from as "validFrom",
        valid_until as "validUntil", reason, created_by as "createdBy", created_at as "createdAt"
      from ratebook.own_cost where ${offering ?? null}::text is null or offering = ${offering ?? null}
      order by offering, meter, condition_key, valid_from desc limit 5000`,
  );
}
