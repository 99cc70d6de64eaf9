import {
  err,
  isMeterName,
  isStorable,
  type Meter,
  NOT_STORABLE,
  ok,
  type Result,
  wholeQuantity,
} from "@ratebook/core";
import { z } from "zod";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { priceQuantity } from "./price-resource.ts";

/** A kind of thing billed by the day, and which rates of the catalogue price it. */
export type ResourceKind = {
  kind: string;
  name: string;
  /** By the time it runs, or by what samples say it stores. */
  measure: "running" | "stored";
  /** Whether CPU and memory scale it. */
  sized: boolean;
  offering: string;
  /** One unit of it is a day of one, or a GB for a day. */
  meter: Meter;
  /** Taken once, when it is created. */
  setup: { offering: string; meter: Meter } | null;
};

const CONTAINER: ResourceKind = {
  kind: "container",
  name: "Container",
  measure: "running",
  sized: true,
  offering: "ratebook/container",
  meter: "container_day",
  setup: { offering: "ratebook/deployment", meter: "container_deployment" },
};

export const STORAGE: ResourceKind = {
  kind: "storage",
  name: "Knowledge storage",
  measure: "stored",
  sized: false,
  offering: "ratebook/storage",
  meter: "storage_gb_day",
  setup: null,
};

/** The kinds that are there from the start; the others are the operator's. */
const BUILT_IN: readonly ResourceKind[] = [CONTAINER, STORAGE];

const meter = z.custom<Meter>((name) => typeof name === "string" && isMeterName(name), "is no meter's name");
const priced = { offering: z.string().min(3).max(265).refine(isStorable, NOT_STORABLE), meter };
/** A kind of the operator's own, in words of its own: a GPU, a bot, a line. It has no size. */
export const OwnKind = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must be lower-case letters, digits, - and _"),
  name: z.string().trim().min(1).max(80).refine(isStorable, NOT_STORABLE),
  ...priced,
  setup: z.strictObject(priced).nullable().default(null),
});
export type OwnKind = z.infer<typeof OwnKind>;

/** Every kind by its name. */
export async function readKinds({ sql }: Pick<Ctx, "sql">): Promise<ReadonlyMap<string, ResourceKind>> {
  const [row] = await sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = 'resource_kinds'`;
  const own = z.array(OwnKind).parse(row?.value ?? []);
  const kinds = [...BUILT_IN, ...own.map((it) => ({ ...it, measure: "running" as const, sized: false }))];
  return new Map(kinds.map((it) => [it.kind, it]));
}

/** The kinds in the order they are shown. */
export async function listResourceKinds(ctx: Pick<Ctx, "sql">): Promise<ResourceKind[]> {
  return [...(await readKinds(ctx)).values()];
}

/**
 * Adds a kind of the operator's own, or changes it; its prices are the catalogue's, so a day is billed at the rate of
 * its moment. What it is billed by has to be on sale with a price, so that nothing is billed that is not advertised. Its
 * meter is counted in parts: `"integer": false` in the document that defines it.
 */
export async function saveResourceKind(
  ctx: Ctx,
  actor: Actor,
  input: OwnKind,
): Promise<Result<ResourceKind, CatalogAccessDenied | InvalidField>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if (BUILT_IN.some(({ kind }) => kind === input.kind)) return invalid("kind", "is built in");
  for (const [field, of] of [
    ["offering", input],
    ["setup.offering", input.setup],
  ] as const) {
    if (of !== null && ctx.catalogue.resolve(of.offering) === null) {
      return invalid(field, `the catalogue has no offering ${of.offering}`);
    }
  }
  for (const [field, of] of [
    ["meter", input],
    ["setup.meter", input.setup],
  ] as const) {
    const price = of === null ? null : await priceQuantity(ctx, of, wholeQuantity(1n), ctx.clock(), null);
    if (price?.ok === false) return invalid(field, `has no price in ${of?.offering}: ${price.error.reason}`);
  }
  if (ctx.catalogue.meter(input.meter)?.integer === true) {
    return invalid("meter", "is counted whole, and a day is billed in parts");
  }
  const before = await listResourceKinds(ctx);
  if (before.length >= MOST_KINDS) return invalid("kind", `at most ${MOST_KINDS} kinds can be kept`);
  const own = OwnKind.parse(input);
  await ctx.sql`
    insert into ratebook.setting (name, value, updated_at)
    values ('resource_kinds', jsonb_build_array(${JSON.stringify(own)}::text::jsonb), ${ctx.clock()})
    on conflict (name) do update set updated_at = excluded.updated_at, value = (
      select jsonb_agg(kept) || excluded.value
      from jsonb_array_elements(setting.value || '[]'::jsonb) as kept where kept ->> 'kind' <> ${own.kind})`;
  await recordAudit(ctx, ctx.db, actor, { action: "resource_kind.save", subject: own.kind, after: own });
  return ok({ ...own, measure: "running", sized: false });
}

const invalid = (field: string, message: string): { ok: false; error: InvalidField } =>
  err({ kind: "validation_error", field, message });

const MOST_KINDS = 50;
