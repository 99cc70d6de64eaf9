import { describe, expect, test } from "vitest";
import { z } from "zod";
import { allRoutes } from "./all-routes.ts";
import { openapiDocument } from "./openapi.ts";
import { refuseQuery } from "./refuse-query.ts";

const Document = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).optional(),
      }),
    ),
  ),
});
const { paths } = Document.parse(JSON.parse(JSON.stringify(openapiDocument(allRoutes, "http://127.0.0.1"))));
const documented = new Map(
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, parameters = [] }) => [
      operationId,
      parameters.filter((it) => it.in === "query").map(({ name }) => name),
    ]),
);

describe.each(allRoutes)("$operationId", (route) => {
  const names = documented.get(route.operationId) ?? [];

  test("takes its documented parameters, each once", () => {
    expect(refuseQuery(route, Object.fromEntries(names.map((name) => [name, ["1"]])))).toBeNull();
    for (const name of names) {
      expect(refuseQuery(route, { [name]: ["1", "2"] })).toMatchObject({
        error: { status: 400, body: { error: `${name}: is there more than once` } },
      });
    }
  });

  test("refuses any other by its name, and says what it takes", () => {
    const refused = refuseQuery(route, { modle: ["gpt"] });
    expect(refused).toMatchObject({ error: { status: 400, body: { details: { field: "modle" } } } });
    for (const name of names) expect(JSON.stringify(refused)).toContain(name);
  });
});

test("a customer as a parameter is told where customers are named", () => {
  expect(JSON.stringify(refuseQuery({}, { customer: ["acme"] }))).toContain("X-Customer");
});
