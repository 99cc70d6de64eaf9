import { expect, test } from "vitest";
import { z } from "zod";
import { allRoutes } from "../rest/all-routes.ts";
import { appRouter } from "../root.ts";

// PostgreSQL stores no NUL: text that a door lets through ends in an error nobody can act on.

/** The places of a schema where text with a NUL is taken. */
function leaks(schema: z.ZodType, path: string, seen: ReadonlySet<z.ZodType> = new Set()): string[] {
  if (seen.has(schema)) return [];
  const within = (inner: unknown, name = "") =>
    leaks(inner as z.ZodType, path + name, new Set([...seen, schema]));
  const def = (schema as unknown as z.core.$ZodTypes)._zod.def;
  if (def.type === "string") return schema.safeParse("text with a \0 in it").success ? [path] : [];
  if (def.type === "object") return Object.entries(def.shape).flatMap(([name, it]) => within(it, `.${name}`));
  if (def.type === "array") return within(def.element, "[]");
  if (def.type === "record") return [...within(def.keyType, "{key}"), ...within(def.valueType, "{}")];
  if (def.type === "union") return def.options.flatMap((option) => within(option));
  if (def.type === "pipe") return within(def.in);
  if (def.type === "lazy") return within(def.getter());
  // Optional, nullable, with a default and their like.
  return "innerType" in def ? within(def.innerType) : [];
}

/** What looks at its text by other means than a check of each. */
const LOOKED_AT_ELSEWHERE = [
  // JSON as a whole is looked through, keys included.
  ...[/\.metadata\{key\}$/, /\.raw\{key\}$/],
  // A contract's terms, a price document and an event sent in have schemas of their own; each is refused for itself.
  ...[/\.terms\{key\}$/, /^catalog\.importDocument\.document/, /^ingest\w+\{key\}$/],
  // A payment's header is base64, and judged where it is decoded.
  /^x402\.pay\.payment$/,
];
const found = (schema: unknown, name: string) =>
  schema instanceof z.ZodType
    ? leaks(schema, name).filter((path) => !LOOKED_AT_ELSEWHERE.some((elsewhere) => elsewhere.test(path)))
    : [];

test("the walk finds text wherever it may stand", () => {
  const schema = z.object({
    plain: z.string().optional(),
    safe: z.uuid(),
    list: z.array(z.union([z.number(), z.string().nullable()])),
    named: z.record(z.string(), z.string().default("")),
    read: z.string().transform((text) => text.length),
  });
  expect(found(schema, "it")).toEqual(["it.plain", "it.list[]", "it.named{key}", "it.named{}", "it.read"]);
});

test("no procedure takes text that cannot be stored", () => {
  const procedures = appRouter._def.procedures as unknown as {
    [path: string]: { _def: { inputs: unknown[] } };
  };
  expect(
    Object.entries(procedures).flatMap(([path, { _def }]) => _def.inputs.flatMap((it) => found(it, path))),
  ).toEqual([]);
});

test("no route takes text that cannot be stored", () => {
  expect(
    allRoutes.flatMap(({ operationId, params, query, body }) =>
      [params, query, body].flatMap((it) => found(it, operationId)),
    ),
  ).toEqual([]);
});
