import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";

/** What the operator decides about infrastructure as a whole. */
export const InfrastructureSettings = z.strictObject({
  /** Resources a customer may have at a time, stopped ones included, deleted ones not. */
  containersMax: z.int().min(0).max(100_000).default(100),
});
export type InfrastructureSettings = z.infer<typeof InfrastructureSettings>;

/** The stored settings, else the defaults. */
export async function readInfrastructureSettings({ sql }: Pick<Ctx, "sql">): Promise<InfrastructureSettings> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = 'infrastructure'`;
  return InfrastructureSettings.parse(row?.value ?? {});
}

/** Changes them; what customers have already is left alone. */
export async function saveInfrastructureSettings(
  ctx: Ctx,
  actor: Actor,
  settings: InfrastructureSettings,
): Promise<Result<InfrastructureSettings, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const before = await readInfrastructureSettings(ctx);
  await ctx.sql`
    insert into ratebook.setting (name, value, updated_at)
    values ('infrastructure', ${JSON.stringify(settings)}::text::jsonb, ${ctx.clock()})
    on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`;
  await recordAudit(ctx, ctx.db, actor, {
    action: "infrastructure.settings",
    subject: "infrastructure",
    before,
    after: settings,
  });
  return ok(settings);
}
