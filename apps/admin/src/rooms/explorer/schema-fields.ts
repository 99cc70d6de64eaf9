import {
  choicesOf,
  isRequired,
  isSchema,
  itemsOf,
  type JsonSchema,
  propertiesOf,
  refName,
  resolveSchema,
  type Schemas,
  textOf,
} from "./json-schema.ts";

/** One field of a body, for reading. */
export type SchemaField = {
  /** `usage.raw`, `events[].model`. */
  path: string;
  type: string;
  required: boolean;
  description: string;
};

/** The fields of a schema as a flat list, outer before inner; objects four levels deep, which is more than any route has. */
export function schemaFields(schema: JsonSchema, schemas: Schemas): SchemaField[] {
  return fieldsUnder(schema, schemas, "", 0);
}

/** The type of a schema in words: `string (uuid)`, `"batch" | "flex"`, `array of number`, `object`. */
export function typeText(node: JsonSchema, schemas: Schemas): string {
  const schema = resolveSchema(node, schemas);
  const values = schema.enum;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = choicesOf(schema);
  if (choices.length > 0) return unique(choices.map((choice) => typeText(choice, schemas))).join(" | ");
  return typesOf(schema)
    .map((type) => plainType(type, schema, schemas))
    .join(" | ");
}

function fieldsUnder(node: JsonSchema, schemas: Schemas, prefix: string, depth: number): SchemaField[] {
  if (depth >= DEEPEST) return [];
  const schema = resolveSchema(node, schemas);
  const items = itemsOf(schema);
  if (items !== null) return fieldsUnder(items, schemas, `${prefix}[]`, depth + 1);
  const own = propertiesOf(schema).flatMap(([name, value]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const field = {
      path,
      type: typeText(value, schemas),
      required: isRequired(schema, name),
      description: textOf(resolveSchema(value, schemas), "description"),
    };
    return [field, ...fieldsUnder(value, schemas, path, depth + 1)];
  });
  const nested = choicesOf(schema).flatMap((choice) => fieldsUnder(choice, schemas, prefix, depth + 1));
  return [...own, ...nested];
}

function plainType(type: string | undefined, schema: JsonSchema, schemas: Schemas): string {
  if (type === "array") {
    const items = itemsOf(schema);
    return items === null ? "array" : `array of ${typeText(items, schemas)}`;
  }
  if (type === "object" || type === undefined) {
    const values = schema.additionalProperties;
    if (propertiesOf(schema).length === 0 && isSchema(values) && refName(values) === null) {
      const inner = typeText(values, schemas);
      return inner === "any" ? "object" : `object of ${inner}`;
    }
    return type === undefined && propertiesOf(schema).length === 0 ? "any" : "object";
  }
  const format = textOf(schema, "format");
  return format === "" ? type : `${type} (${format})`;
}

function typesOf({ type }: JsonSchema): (string | undefined)[] {
  if (Array.isArray(type)) return type.filter((it) => typeof it === "string");
  return [typeof type === "string" ? type : undefined];
}

const unique = (texts: string[]): string[] => [...new Set(texts)];

const DEEPEST = 4;
