/** What usage can be grouped and filtered by. `member` is the platform's own id of the person behind a call. */
export const DIMENSIONS = [
  "model",
  "provider",
  "modality",
  "billing",
  "customer",
  "agent",
  "app",
  "key",
  "member",
  "tag",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A value each of some dimensions; an empty text stands for events that name none. */
export type UsageFilters = { readonly [dimension in Dimension]?: string | undefined };

/** Dimensions that the rollup by day and offering knows; the others belong to one customer. */
export const WIDE: ReadonlySet<Dimension> = new Set(["model", "provider", "modality", "billing", "customer"]);

/**
 * SQL of a dimension over a usage source `u`, with the offering's own row as `o` and, where each tag has a row, the tag as
 * `g`. Never made of a caller's text.
 */
export const DIMENSION_SQL: { readonly [dimension in Dimension]: string } = {
  model: "u.offering",
  provider: "case when u.offering like '%/%' then split_part(u.offering, '/', 1) else '' end",
  // Of the catalogue as it is now: an offering's modality is a fact about the model, not about the event.
  modality: "coalesce(o.modality, '')",
  billing: "u.billing",
  customer: "u.account_id::text",
  agent: "u.agent_id",
  app: "u.app_id",
  key: "u.key_id",
  member: "u.user_id",
  tag: "g.tag",
};
