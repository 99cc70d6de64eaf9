import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { allRoutes } from "./all-routes.ts";
import { openapiDocument } from "./openapi.ts";
import { openapiRoute } from "./routes/openapi.ts";

const routes = [...allRoutes, openapiRoute(allRoutes, "http://127.0.0.1:3000")];
const Parameter = z.looseObject({
  in: z.enum(["path", "query", "header"]),
  name: z.string(),
  schema: z.looseObject({}),
});
const Answer = z.looseObject({
  description: z.string().min(1),
  content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })).optional(),
});
const Operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(Parameter).optional(),
  requestBody: z
    .looseObject({ content: z.looseObject({ "application/json": z.looseObject({}) }) })
    .optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), Answer),
});
const Document = z.looseObject({
  openapi: z.literal("3.1.0"),
  info: z.looseObject({
    title: z.string(),
    version: z.string(),
    license: z.looseObject({ identifier: z.string() }),
  }),
  paths: z.record(z.string().startsWith("/"), z.record(z.string(), Operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({})),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })),
  }),
});
const raw = JSON.parse(JSON.stringify(openapiDocument(routes, "http://127.0.0.1:3000")));
const document = Document.parse(raw);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

test("every mounted route is in the document, and nothing else is", () => {
  const name = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
  expect(operations.map(name).sort()).toEqual(routes.map(name).sort());
});

test("the license it names is the project's", async () => {
  const license = await readFile(new URL("../../../../LICENSE", import.meta.url), "utf8");
  expect(license).toContain(`${document.info.license.identifier} License`);
});

test("operation ids are unique, and every path parameter is described", () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => String(parameter)).sort();
    const described = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    expect(described.map((parameter) => parameter.name).sort(), path).toEqual(named);
  }
});

test("every reference leads somewhere", () => {
  const references: string[] = [];
  JSON.stringify(raw, (key, value) => {
    if (key === "$ref" && typeof value === "string") references.push(value);
    return value;
  });
  expect(references).toContain("#/components/schemas/Error");
  for (const reference of new Set(references)) {
    const place = reference
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((value, step) => z.record(z.string(), z.unknown()).parse(value)[step], raw);
    expect(place, reference).toBeDefined();
  }
});

test("public routes ask for no key; all others name both ways to show one, or none where it is optional, and their failures", () => {
  for (const { path, method, operation } of operations) {
    const definition = routes.find((candidate) => candidate.path === path && candidate.method === method);
    const asked = operation.security.flatMap((way) => Object.keys(way));
    expect(asked, path).toEqual(definition?.auth === "public" ? [] : ["bearer", "apiKey"]);
    expect(
      operation.security.some((way) => Object.keys(way).length === 0),
      path,
    ).toBe(definition?.auth === "optional");
    if (definition?.auth !== "public")
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["401", "403"]));
  }
});

test("a route's example is a request the route accepts", () => {
  const withExample = routes.filter((definition) => definition.example !== undefined);
  expect(withExample.length).toBeGreaterThan(0);
  for (const { body, example, operationId } of withExample) {
    expect(body?.safeParse(example).error?.issues, operationId).toBeUndefined();
  }
});
