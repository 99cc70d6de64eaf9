import { isDatabaseDown } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";

/** Whether this process can serve, and what is missing where it cannot. */
export type Readiness = {
  ready: boolean;
  checks: { database: boolean; migrations: boolean; catalogue: boolean };
};

/** Asks the database and looks whether prices are loaded. Never throws for a database that is down. */
export async function readiness(ctx: Pick<Ctx, "sql" | "catalogue">): Promise<Readiness> {
  const catalogue = ctx.catalogue.current().catalogueVersion > 0;
  try {
    const [row] = await ctx.sql<
      { applied: number }[]
    >`select count(*)::int as applied from ratebook.schema_migration`;
    const migrations = (row?.applied ?? 0) > 0;
    return { ready: migrations && catalogue, checks: { database: true, migrations, catalogue } };
  } catch (error) {
    // 42P01: the schema is not there yet.
    const down = isDatabaseDown(error);
    if (!down && !(error instanceof Error && "code" in error && error.code === "42P01")) throw error;
    return { ready: false, checks: { database: !down, migrations: false, catalogue } };
  }
}
