import { z } from "zod";
import { openapiDocument } from "../openapi.ts";
import { type Route, route } from "../route.ts";

/** Serves the document of all the other routes, and of itself. */
export function openapiRoute(routes: readonly Route[], serverUrl: string): Route {
  let document: object | undefined;
  const self: Route = route({
    method: "get",
    path: "/api/openapi.json",
    operationId: "openapi",
    tag: "Operations",
    summary: "This document",
    auth: "public",
    responses: {
      200: { description: "OpenAPI 3.1", schema: z.looseObject({ openapi: z.string() }) },
    },
    handle: async () => {
      document ??= openapiDocument([...routes, self], serverUrl);
      return { status: 200, body: document, headers: { "cache-control": "public, max-age=60" } };
    },
  });
  return self;
}
