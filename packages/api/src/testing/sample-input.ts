import { z } from "zod";

/** The least that a schema takes: what may be absent is. For tests of what a procedure does before it looks at its input. */
export function sampleInput(schema: z.ZodType): unknown {
  const json = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === "bigint" || type === "date") Object.assign(jsonSchema, { sample: type });
    },
  });
  return sampleOf(json as Node, json as Node);
}

type Node = {
  type?: "object" | "array" | "integer" | "number" | "boolean" | "string";
  sample?: "bigint" | "date";
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  $ref?: string;
  $defs?: { [name: string]: Node };
  properties?: { [name: string]: Node };
  required?: string[];
  items?: Node;
  prefixItems?: Node[];
  minItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  format?: string;
  pattern?: string;
};

function sampleOf(node: Node, root: Node): unknown {
  if (node.$ref !== undefined) {
    const named = root.$defs?.[node.$ref.replace("#/$defs/", "")];
    return named === undefined ? undefined : sampleOf(named, root);
  }
  if (node.sample === "bigint") return 1n;
  if (node.sample === "date") return new Date("2027-01-01T00:00:00Z");
  if ("const" in node) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  const choice = node.anyOf?.[0] ?? node.oneOf?.[0] ?? node.allOf?.[0];
  if (choice !== undefined) return sampleOf(choice, root);
  if (node.type === undefined) return {};
  switch (node.type) {
    case "object":
      return Object.fromEntries(
        (node.required ?? []).map((name) => [name, sampleOf(node.properties?.[name] ?? {}, root)]),
      );
    case "array":
      return Array.from({ length: node.minItems ?? 0 }, () => sampleOf(node.items ?? {}, root));
    case "integer":
    case "number":
      return Math.max(node.minimum ?? 1, (node.exclusiveMinimum ?? 0) + 1);
    case "boolean":
      return true;
    case "string":
      return TEXTS[node.format ?? ""] ?? "a".repeat(Math.max(node.minLength ?? 1, 8));
  }
}

const TEXTS: { [format: string]: string } = {
  uuid: "0198c0de-0000-7000-8000-000000000001",
  email: "somebody@example.com",
  uri: "https://example.com",
  date: "2027-01-01",
  "date-time": "2027-01-01T00:00:00Z",
};
