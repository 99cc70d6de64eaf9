import type { Actor } from "@ratebook/billing";
import type { z } from "zod";
import type { Caller } from "../root.ts";
import type { WriteFailure } from "./send.ts";

/** What a REST handler answers. `body` may hold exact numbers (see exact-number.ts). */
export type RouteAnswer = { status: number; body: unknown; headers?: Record<string, string> };

/** What a REST handler is given, parsed. */
export type RouteRequest<Params, Query, Body> = {
  /** The typed routers, called in process with the caller's actor. */
  caller: Caller;
  actor: Actor | null;
  params: Params;
  query: Query;
  body: Body;
  /** Header by lower-case name. */
  header: (name: string) => string | undefined;
  /** Customer named by the X-Customer header or the body. */
  customer: string | undefined;
  requestId: string;
};

/** Statuses by which a well-formed request is refused. */
export type Refusal = 402 | 404 | 409 | 422;

/** One documented REST route: the OpenAPI document and the server are both made from this. */
export type Route<Params = unknown, Query = unknown, Body = unknown> = {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/api/v1/holds/{id}/settle`. */
  path: string;
  /** True where the last parameter may itself hold slashes, as a model's name does. */
  lastParamIsRest?: boolean;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  /** `optional`: answers anybody, and a caller with a credential about itself; caches keep the two apart. */
  auth: "public" | "optional" | "key";
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  /** Headers that matter to this route, for the document: name → what it does. */
  headers?: Record<string, { description: string; required?: boolean }>;
  body?: z.ZodType<Body>;
  /** Example request body for the explorer. */
  example?: unknown;
  /** Largest body accepted, plain or unpacked; 1 MiB where absent. */
  bodyLimitBytes?: number;
  /** True where several JSON values, a line each, are taken as a list of them. */
  jsonLines?: boolean;
  /** True where the answer shows balances or is not to be cached for another reason. */
  noStore?: boolean;
  responses: Record<number, { description: string; schema: z.ZodType }>;
  /** Where the route's protocol has a shape of its own for failures: how they are written, and what they look like. */
  failure?: { write: WriteFailure; schema: z.ZodType };
  /** A sentence added to a 401, where a caller has to know what did not happen. */
  unauthenticatedNote?: string;
  /** Refusals this route knows besides those that any route of its kind may answer. */
  refusals?: readonly Refusal[];
  handle: (request: RouteRequest<Params, Query, Body>) => Promise<RouteAnswer>;
};

/** Keeps the types of one route's parts together while it is written. */
export const route = <Params, Query, Body>(definition: Route<Params, Query, Body>): Route =>
  // The server parses each part with the very schema that typed it before it calls the handler.
  definition as unknown as Route;
