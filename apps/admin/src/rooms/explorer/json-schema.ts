/** A JSON Schema node as it stands in an OpenAPI 3.1 document; read key by key, because any key may be absent. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Named schemas of the document, for `$ref`. */
export type Schemas = { readonly [name: string]: JsonSchema };

/** The node itself, or the one its `$ref` names; an unknown name gives an empty schema, which accepts anything. */
export function resolveSchema(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = refName(schema);
  if (name === null) return schema;
  const { $ref: _, ...beside } = schema;
  // OpenAPI 3.1 lets a description stand beside the reference; it is the more specific one.
  return { ...schemas[name], ...beside };
}

/** The name a `$ref` points to under components; null where the node is no reference. */
export function refName(schema: JsonSchema): string | null {
  const ref = schema.$ref;
  return typeof ref === "string" ? (/^#\/components\/schemas\/(.+)$/.exec(ref)?.[1] ?? null) : null;
}

/** Properties of an object schema in the document's order. */
export const propertiesOf = (schema: JsonSchema): [name: string, schema: JsonSchema][] =>
  isSchema(schema.properties)
    ? Object.entries(schema.properties).flatMap(([name, value]) =>
        isSchema(value) ? [[name, value] as [string, JsonSchema]] : [],
      )
    : [];

/** Whether a property must be given. */
export const isRequired = (schema: JsonSchema, property: string): boolean =>
  Array.isArray(schema.required) && schema.required.includes(property);

/** The nodes under `anyOf` or `oneOf`; empty where there is no choice. */
export function choicesOf(schema: JsonSchema): JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  return Array.isArray(choices) ? choices.filter(isSchema) : [];
}

/** Schema of an array's items. */
export const itemsOf = (schema: JsonSchema): JsonSchema | null =>
  isSchema(schema.items) ? schema.items : null;

/** The node's own text under a key; empty where it has none. */
export const textOf = (schema: JsonSchema, key: "description" | "format" | "pattern"): string => {
  const text = schema[key];
  return typeof text === "string" ? text : "";
};

/** Whether a JSON value is an object, as every schema but `true` and `false` is. */
export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
