import type { Sql } from "@ratebook/db";
import type { Dimension } from "./dimension.ts";

/** What people call some values of a dimension; values without a name are left out. */
export async function labelsOf(
  sql: Sql,
  dimension: Dimension,
  customerId: string | null,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await namesOf(
    sql,
    dimension,
    customerId,
    keys.filter((key) => key !== ""),
  );
  return new Map(rows.map(({ key, name }) => [key, name]));
}

type Named = { key: string; name: string };

async function namesOf(
  sql: Sql,
  dimension: Dimension,
  customerId: string | null,
  keys: readonly string[],
): Promise<Named[]> {
  if (keys.length === 0) return [];
  switch (dimension) {
    case "customer":
      return sql<
        Named[]
      >`select id::text as key, name from ratebook.customer where id = any(${[...keys]}::uuid[])`;
    case "agent":
      return sql<Named[]>`
        select agent_id as key, name from ratebook.agent
        where customer_id = ${customerId} and agent_id = any(${[...keys]}::text[])`;
    case "app":
      return sql<Named[]>`
        select app_id as key, name from ratebook.app
        where customer_id = ${customerId} and app_id = any(${[...keys]}::text[])`;
    case "key":
      // A service key's name is the operator's own business.
      return sql<Named[]>`
        select id::text as key, case when customer_id is null then 'The platform' else name end as name
        from ratebook.api_key where id::text = any(${[...keys]}::text[])`;
    case "model":
    case "provider":
    case "modality":
    case "billing":
    case "member":
    case "tag":
      return [];
  }
}
