import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Context } from "hono";
import { failed } from "../failures.ts";
import { appRouter } from "../root.ts";
import type { Doorkeeper, RestEnv } from "./doorkeeper.ts";
import { describeError } from "./errors.ts";
import { limitBody } from "./limit-body.ts";

/** Serves the typed routers under `/trpc`. Closed to other origins: no CORS header is ever sent here. */
export async function answerTrpc(c: Context<RestEnv>, doorkeeper: Doorkeeper): Promise<Response> {
  c.set("route", "/trpc");
  const identity = await doorkeeper.identify(c, c.req.method !== "GET");
  const actor = identity.ok ? identity.value : null;
  // Price documents are large; nobody else sends much.
  const large = actor?.kind === "worker" || actor?.kind === "operator";
  const requestId = c.get("requestId");
  let answer: Response | undefined;
  const refused = await (large ? largeBody : smallBody)(c, async () => {
    answer = await fetchRequestHandler({
      endpoint: "/trpc",
      router: appRouter,
      req: c.req.raw,
      maxBatchSize: 50,
      createContext: () => {
        // Thrown here so that a batch gets one properly shaped failure for each of its calls.
        if (!identity.ok) throw failed(identity.error);
        return { ...doorkeeper.inside, actor, requestId };
      },
      responseMeta: ({ errors }) => {
        const waits = errors.flatMap((error) => describeError(error).headers["retry-after"] ?? []);
        const headers: Record<string, string> = { "cache-control": "no-store" };
        if (waits[0] !== undefined) headers["retry-after"] = waits[0];
        return { headers };
      },
      onError: ({ error, path }) => {
        if (!describeError(error).unexpected || error.code !== "INTERNAL_SERVER_ERROR") return;
        doorkeeper.inside.billing.log.error(
          { err: error.cause ?? error, requestId, path },
          "a procedure failed",
        );
      },
    });
  });
  return answer ?? refused ?? c.notFound();
}

const smallBody = limitBody(8 * 1_048_576);
const largeBody = limitBody(64 * 1_048_576);
