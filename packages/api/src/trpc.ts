import { type Actor, hasScope, isDatabaseDown, type Scope } from "@ratebook/billing";
import { initTRPC } from "@trpc/server";
import superjson from "superjson";
import { ZodError, z } from "zod";
import type { ApiContext } from "./context.ts";
import { describeFailure, ExpectedFailure, failed } from "./failures.ts";
import { issueSentence } from "./issue-sentence.ts";

// For the whole process, because procedures, routes and documents parse with schemas of several packages.
z.config({ customError: issueSentence });

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  // Never shows a stack or an unexpected error's message, whatever NODE_ENV says.
  isDev: false,
  errorFormatter({ shape, error }) {
    const failure = error.cause instanceof ExpectedFailure ? error.cause.failure : null;
    const invalid = error.cause instanceof ZodError ? error.cause.issues : null;
    const issues =
      invalid?.map(({ path, message }) => ({ path: path.map(String).join("."), message })) ?? null;
    return {
      code: shape.code,
      message: sentenceOf(
        shape.message,
        issues?.[0],
        failure !== null || error.code !== "INTERNAL_SERVER_ERROR",
      ),
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        /** The code of the REST wire, so both doors name a failure alike. */
        failure: failure === null ? null : { ...failure, code: describeFailure(failure).code },
        issues,
      },
    };
  },
});

/** Zod's own message is a JSON dump of every issue; the first one in words says more. */
function sentenceOf(
  message: string,
  issue: { path: string; message: string } | undefined,
  known: boolean,
): string {
  if (issue) return issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`;
  return known ? message : "Something went wrong on our side; the request id names the log entry.";
}

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Anyone, signed in or not. */
export const publicProcedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  // Told apart from a bug, because the caller may simply repeat the request.
  if (!result.ok && isDatabaseDown(result.error.cause)) {
    throw failed({ kind: "database_unavailable", retryAfterSeconds: 5 });
  }
  return result;
});

/** Anyone with a credential; `ctx.actor` says who. The verb decides what they may see. */
export const actorProcedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.actor === null) {
    throw failed({
      kind: "authentication_required",
      message: "Send an API key as Authorization: Bearer rbk_… or X-API-Key, or sign in.",
    });
  }
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});

const requiring = (allowed: (actor: Actor) => boolean, message: string) =>
  actorProcedure.use(({ ctx, next }) => {
    if (!allowed(ctx.actor)) throw failed({ kind: "access_denied", message });
    return next();
  });

/** The platform's operator, signed in. */
export const operatorProcedure = requiring(
  (actor) => actor.kind === "operator" || actor.kind === "system",
  "Only an operator may do this.",
);

/** A credential that carries a scope. */
export const scopedProcedure = (scope: Scope) =>
  requiring((actor) => hasScope(actor, scope), `This credential lacks the scope ${scope}.`);
