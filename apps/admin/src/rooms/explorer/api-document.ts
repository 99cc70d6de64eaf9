import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import type { JsonSchema, Schemas } from "./json-schema.ts";

/** One parameter outside the body. */
export type ApiParameter = {
  in: "path" | "query" | "header";
  name: string;
  description: string;
  required: boolean;
  schema: JsonSchema;
};

/** One route as the document describes it. */
export type ApiRoute = {
  /** The operation's id, unique in the document. */
  id: string;
  /** Upper case. */
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  needsKey: boolean;
  parameters: ApiParameter[];
  body: { required: boolean; schema: JsonSchema; example: unknown } | null;
  responses: { status: string; description: string; schema: JsonSchema | null }[];
};

/** What the explorer needs of an OpenAPI document. */
export type ApiDocument = { title: string; tags: string[]; routes: ApiRoute[]; schemas: Schemas };

/** The text is not an OpenAPI 3.1 document. */
export type NotOpenApi = { kind: "not_openapi"; message: string };

/**
 * Reads an OpenAPI 3.1 document into the list of its routes, in the document's order.
 *
 * Only JSON bodies are kept, and of parameters those in the path, the query and headers.
 */
export function readApiDocument(value: unknown): Result<ApiDocument, NotOpenApi> {
  const parsed = Document.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return err({
      kind: "not_openapi",
      message: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unreadable"}`,
    });
  }
  const { info, tags, paths, components } = parsed.data;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [asRoute(path, method, operation)] : [];
    }),
  );
  const named = tags.map(({ name }) => name);
  return ok({
    title: info.title,
    tags: [...new Set([...named, ...routes.map(({ tag }) => tag)])],
    routes,
    schemas: components.schemas,
  });
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

const Schema = z.record(z.string(), z.unknown());
const Content = z.object({
  "application/json": z.object({ schema: Schema, example: z.unknown() }).partial(),
});

const Operation = z.object({
  operationId: z.string().optional(),
  tags: z.array(z.string()).default([]),
  summary: z.string().default(""),
  description: z.string().default(""),
  security: z.array(z.record(z.string(), z.unknown())).default([]),
  parameters: z
    .array(
      z.object({
        in: z.enum(["path", "query", "header", "cookie"]),
        name: z.string(),
        description: z.string().default(""),
        required: z.boolean().default(false),
        schema: Schema.default({}),
      }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content.partial() }).optional(),
  responses: z
    .record(
      z.string(),
      z.object({ description: z.string().default(""), content: Content.partial().optional() }),
    )
    .default({}),
});
type Operation = z.infer<typeof Operation>;

const Document = z.object({
  openapi: z.string().startsWith("3.1"),
  info: z.object({ title: z.string().default("API") }),
  tags: z.array(z.object({ name: z.string() })).default([]),
  paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema).default({}) }).default({ schemas: {} }),
});

function asRoute(path: string, method: string, operation: Operation): ApiRoute {
  const json = operation.requestBody?.content["application/json"];
  return {
    id: operation.operationId ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    tag: operation.tags[0] ?? "Other",
    summary: operation.summary,
    description: operation.description,
    // An empty way among them says that it is answered without a key too.
    needsKey: operation.security.length > 0 && operation.security.every((way) => Object.keys(way).length > 0),
    parameters: operation.parameters.flatMap(({ in: place, ...rest }) =>
      place === "cookie" ? [] : [{ in: place, ...rest }],
    ),
    body: json
      ? {
          required: operation.requestBody?.required ?? false,
          schema: json.schema ?? {},
          example: json.example,
        }
      : null,
    responses: Object.entries(operation.responses).map(([status, { description, content }]) => ({
      status,
      description,
      schema: content?.["application/json"]?.schema ?? null,
    })),
  };
}
