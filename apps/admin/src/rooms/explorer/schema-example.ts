import {
  choicesOf,
  isRequired,
  itemsOf,
  type JsonSchema,
  propertiesOf,
  resolveSchema,
  type Schemas,
} from "./json-schema.ts";

/**
 * A value that shows what a schema wants: its example, default or constant; else one of its type. Of an object, what
 * is required and what has an example of its own.
 */
export function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  return example(schema, schemas, 0);
}

function example(node: JsonSchema, schemas: Schemas, depth: number): unknown {
  const schema = resolveSchema(node, schemas);
  const stated = statedExample(schema);
  if (stated !== undefined) return stated;
  // A schema may contain itself.
  if (depth > DEEPEST) return null;
  const [choice] = choicesOf(schema);
  if (choice !== undefined) return example(choice, schemas, depth + 1);
  const properties = propertiesOf(schema);
  if (properties.length > 0) {
    return Object.fromEntries(
      properties
        .filter(
          ([name, value]) =>
            isRequired(schema, name) || statedExample(resolveSchema(value, schemas)) !== undefined,
        )
        .map(([name, value]) => [name, example(value, schemas, depth + 1)]),
    );
  }
  return exampleOfType(schema, schemas, depth);
}

function statedExample(schema: JsonSchema): unknown {
  const { examples } = schema;
  if (schema.example !== undefined) return schema.example;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (schema.const !== undefined) return schema.const;
  return schema.default;
}

function exampleOfType(schema: JsonSchema, schemas: Schemas, depth: number): unknown {
  const choices = schema.enum;
  if (Array.isArray(choices)) return choices[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return exampleOfFormat(schema.format);
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 1;
    case "boolean":
      return false;
    case "array": {
      const items = itemsOf(schema);
      return items === null ? [] : [example(items, schemas, depth + 1)];
    }
    case "null":
      return null;
    default:
      return {};
  }
}

function exampleOfFormat(format: unknown): string {
  if (format === "date-time") return "2026-01-31T12:00:00Z";
  if (format === "uuid") return "00000000-0000-4000-8000-000000000000";
  if (format === "email") return "name@example.com";
  if (format === "uri" || format === "url") return "https://example.com";
  return "text";
}

const DEEPEST = 8;
