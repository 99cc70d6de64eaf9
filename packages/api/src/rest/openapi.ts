import { z } from "zod";
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";
import type { Refusal, Route } from "./route.ts";

/**
 * The OpenAPI 3.1 document of a list of routes: every one of them, from the schemas that also parse its requests.
 *
 * @param serverUrl address the document names as the server
 */
export function openapiDocument(routes: readonly Route[], serverUrl: string): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const definition of routes) {
    paths[definition.path] = { ...paths[definition.path], [definition.method]: operation(definition) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Ratebook",
      version: "1",
      description:
        "Prices of AI models, exact debits of prepaid credits, and receipts anyone can recompute. One credit is one US dollar. Days and months are UTC.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(routes.map((definition) => definition.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "API key: `Authorization: Bearer rbk_…`" },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "The same key in a header" },
      },
    },
  });
}

function operation(definition: Route): ZodOpenApiOperationObject {
  const { params, query, headers = {}, body, example, responses } = definition;
  const own: ZodOpenApiResponsesObject = {};
  for (const [status, { description, schema }] of Object.entries(responses)) {
    own[asStatus(status)] = { description, content: { "application/json": { schema } } };
  }
  return {
    operationId: definition.operationId,
    summary: definition.summary,
    ...(definition.description !== undefined && { description: definition.description }),
    tags: [definition.tag],
    security: SECURITY[definition.auth],
    requestParams: {
      ...(params && { path: asObject(params) }),
      ...(query && { query: asObject(query) }),
    },
    parameters: [
      ...headerParameters(headers),
      ...(definition.auth !== "public" ? headerParameters({ "X-Customer": CUSTOMER_HEADER }) : []),
    ],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { "application/json": { schema: body, ...(example !== undefined && { example }) } },
      },
    }),
    responses: { ...own, ...failureResponses(definition) },
  };
}

const SECURITY: { [auth in Route["auth"]]: oas31.SecurityRequirementObject[] } = {
  public: [],
  // The empty way: no credential is needed.
  optional: [{}, { bearer: [] }, { apiKey: [] }],
  key: [{ bearer: [] }, { apiKey: [] }],
};

type HeaderNotes = NonNullable<Route["headers"]>;

const headerParameters = (headers: HeaderNotes): oas31.ParameterObject[] =>
  Object.entries(headers).map(([name, { description, required }]) => ({
    in: "header",
    name,
    description,
    required: required ?? false,
    schema: { type: "string" },
  }));

/** The failures any such route may answer, unless it describes that status itself. */
function failureResponses({
  auth,
  body,
  params,
  query,
  responses,
  refusals = [],
  failure,
}: Route): ZodOpenApiResponsesObject {
  const possible: Record<number, string> = {
    ...((auth === "key" || (body ?? params ?? query)) && {
      400: "A field is not what it must be; the sentence names it",
    }),
    ...(auth !== "public" && { 401: "No valid API key", 403: "The key may not do this" }),
    ...((params !== undefined || auth !== "public") && { 404: REFUSALS[404] }),
    ...Object.fromEntries(refusals.map((status) => [status, REFUSALS[status]])),
    ...(body && { 413: "The body is too large", 415: "The body is not JSON" }),
    429: "Too many requests; see Retry-After",
    500: "Something went wrong on our side; nothing is said of it here",
    503: "The database cannot be reached; nothing was changed",
  };
  const told: ZodOpenApiResponsesObject = {};
  for (const [status, description] of Object.entries(possible)) {
    if (status in responses) continue;
    const schema = failure?.schema ?? errorSchema;
    told[asStatus(status)] = { description, content: { "application/json": { schema } } };
  }
  return told;
}

const REFUSALS: { [status in Refusal]: string } = {
  402: "The credits do not suffice, debt is outstanding, or the customer is suspended; the answer says where to top up",
  404: "There is no such thing, or no such customer",
  409: "It has no price, or is not in the state this needs; `code` says which",
  422: "The idempotency key was used for a request that meant something else",
};

const errorSchema = z
  .looseObject({
    success: z.literal(false),
    error: z.string().meta({ description: "One sentence", example: "amount: must be more than 0" }),
    code: z.string().meta({ description: "For programs", example: "validation_error" }),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Error", description: "Every failure has this shape; some have more fields." });

const CUSTOMER_HEADER = {
  description: "For service keys: the customer to act for, by our id or the platform's",
};

/** Object.entries forgets that the keys were numbers, and the document's type wants three digits. */
const asStatus = (status: string): `${1 | 2 | 3 | 4 | 5}${string}` =>
  status as `${1 | 2 | 3 | 4 | 5}${string}`;

/** Parameters are objects by construction: a route's params and query are parsed from records. */
const asObject = (schema: z.ZodType): z.ZodObject => schema as z.ZodObject;
