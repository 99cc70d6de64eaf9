import { err, ok, type Result } from "@ratebook/core";
import type { Context, Hono } from "hono";
import type { ZodError, z } from "zod";
import { ExternalId } from "../inputs/text.ts";
import { issueSentence } from "../issue-sentence.ts";
import { createCaller } from "../root.ts";
import type { Doorkeeper, RestEnv } from "./doorkeeper.ts";
import { describeInvalid, type ErrorAnswer, errorAnswer, tell } from "./errors.ts";
import { readJsonBody } from "./read-body.ts";
import { refuseQuery } from "./refuse-query.ts";
import type { Route, RouteAnswer } from "./route.ts";
import { send, sendError } from "./send.ts";

/** Mounts every route of the list, and the 405 of every path for the methods it does not have. */
export function mountRoutes(app: Hono<RestEnv>, routes: readonly Route[], doorkeeper: Doorkeeper): void {
  const methods = new Map<string, Set<string>>();
  const failures = new Map(routes.map((it) => [honoPath(it), it.failure?.write]));
  for (const definition of routes) {
    const path = honoPath(definition);
    app.on(definition.method.toUpperCase(), path, (c) => answer(c, definition, doorkeeper));
    methods.set(path, (methods.get(path) ?? new Set()).add(definition.method.toUpperCase()));
  }
  for (const [path, allowed] of methods) {
    const allow = [...allowed, ...(allowed.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
    app.all(path, () =>
      sendError(
        errorAnswer(405, "method_not_allowed", `This address takes ${allow}.`, { headers: { allow } }),
        failures.get(path),
      ),
    );
  }
}

async function answer(c: Context<RestEnv>, definition: Route, doorkeeper: Doorkeeper): Promise<Response> {
  c.set("route", definition.path);
  c.set("writeFailure", definition.failure?.write);
  const refuse = (failure: ErrorAnswer): Response => sendError(failure, definition.failure?.write);
  const identity =
    definition.auth === "public"
      ? await doorkeeper.admitAnyone(c)
      : await doorkeeper.admit(c, definition.method !== "get");
  if (!identity.ok) return refuse(withNote(identity.error, definition));
  if (definition.auth === "key" && identity.value === null) {
    const refusal = tell({
      kind: "authentication_required",
      message: "Send an API key as Authorization: Bearer rbk_… or X-API-Key.",
    });
    return refuse(withNote(refusal, definition));
  }
  const parsed = await parseRequest(c, definition);
  if (!parsed.ok) return refuse(parsed.error);

  const requestId = c.get("requestId");
  const reply: RouteAnswer = await definition.handle({
    caller: createCaller({ ...doorkeeper.inside, actor: identity.value, requestId }),
    actor: identity.value,
    ...parsed.value,
    header: (name) => c.req.header(name),
    requestId,
  });
  const headers = cacheHeaders(definition, identity.value !== null);
  return send(reply.status, reply.body, { ...headers, ...reply.headers });
}

/** What is about the caller stays out of every cache; where anybody may ask too, the two answers must not be mixed up. */
function cacheHeaders({ auth, noStore }: Route, isKnown: boolean): Record<string, string> {
  const own = { "cache-control": "private, no-store" };
  if (auth === "optional") return { vary: CREDENTIALS, ...(isKnown && own) };
  return noStore === true || auth === "key" ? { "cache-control": "no-store" } : {};
}

const CREDENTIALS = "Authorization, X-API-Key, X-Customer, Cookie";

/** A 401 with what the route has to add to it. */
function withNote(answer: ErrorAnswer, { unauthenticatedNote }: Route): ErrorAnswer {
  if (answer.status !== 401 || unauthenticatedNote === undefined) return answer;
  return { ...answer, body: { ...answer.body, error: `${answer.body.error} ${unauthenticatedNote}` } };
}

type Parsed = { params: unknown; query: unknown; body: unknown; customer: string | undefined };

async function parseRequest(c: Context<RestEnv>, definition: Route): Promise<Result<Parsed, ErrorAnswer>> {
  const params = parsePart(definition.params, c.req.param());
  if (!params.ok) return params;
  const refused = refuseQuery(definition, c.req.queries());
  if (refused !== null) return refused;
  const query = parsePart(definition.query, c.req.query());
  if (!query.ok) return query;
  const raw = definition.body
    ? await readJsonBody(c.req.raw, {
        limitBytes: definition.bodyLimitBytes ?? BODY_LIMIT_BYTES,
        jsonLines: definition.jsonLines ?? false,
      })
    : ok(undefined);
  if (!raw.ok) return raw;
  const body = parsePart(definition.body, raw.value);
  if (!body.ok) return body;
  const customer = namedCustomer(c.req.header("x-customer"), raw.value);
  if (!customer.ok) return customer;
  return ok({ params: params.value, query: query.value, body: body.value, customer: customer.value });
}

function parsePart(schema: z.ZodType | undefined, value: unknown): Result<unknown, ErrorAnswer> {
  if (schema === undefined) return ok(undefined);
  const parsed = schema.safeParse(value, { error: issueSentence });
  return parsed.success ? ok(parsed.data) : err(describeInvalid(parsed.error as ZodError));
}

/** The customer of the header or of the body; both may name the same one. */
function namedCustomer(header: string | undefined, body: unknown): Result<string | undefined, ErrorAnswer> {
  const problem = ExternalId.optional().safeParse(header, { error: issueSentence }).error?.issues[0];
  if (problem) {
    return err(tell({ kind: "validation_error", field: "X-Customer", message: problem.message }));
  }
  const field =
    typeof body === "object" && body !== null && "customer" in body && typeof body.customer === "string"
      ? body.customer
      : undefined;
  if (header !== undefined && field !== undefined && header !== field) {
    return err(
      tell({
        kind: "validation_error",
        field: "customer",
        message: "names another customer than the X-Customer header",
      }),
    );
  }
  return ok(header ?? field);
}

/** `/a/{b}` in the words of the router. */
function honoPath({ path, lastParamIsRest }: Route): string {
  const plain = path.replace(/\{(\w+)\}/g, ":$1");
  return lastParamIsRest === true ? plain.replace(/:(\w+)$/, ":$1{.+}") : plain;
}

const BODY_LIMIT_BYTES = 1_048_576;
