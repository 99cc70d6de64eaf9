import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { UpstreamMapping } from "./read-upstream-csv.ts";

/** A document that was imported. */
export type ListedUpstream = {
  id: string;
  provider: string;
  account: string;
  fileName: string;
  rows: number;
  total: Nanos;
  firstDay: string;
  lastDay: string;
  importedAt: Date;
};

export type UpstreamList = {
  /** The latest 50. */
  imports: ListedUpstream[];
  /** How each provider's documents were read last. */
  mappings: { provider: string; mapping: UpstreamMapping }[];
};

/** What was imported of providers, and how their documents are read; for operators. */
export async function listUpstream(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<UpstreamList, { kind: "access_denied"; message: string }>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may see what upstreams billed." });
  }
  const imports = await ctx.sql<ListedUpstream[]>`
    select id, provider, account, file_name as "fileName", rows, total, first_day::text as "firstDay",
      last_day::text as "lastDay", imported_at as "importedAt"
    from ratebook.upstream_import order by imported_at desc, id desc limit 50`;
  const mappings = await ctx.sql<{ provider: string; mapping: unknown }[]>`
    select provider, mapping from ratebook.upstream_mapping order by provider limit 200`;
  return ok({
    imports,
    mappings: mappings.map(({ provider, mapping }) => ({
      provider,
      mapping: UpstreamMapping.parse(mapping),
    })),
  });
}
