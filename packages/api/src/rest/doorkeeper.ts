import { type Actor, type Ctx, isDatabaseDown } from "@ratebook/billing";
import { err, ok, type Result } from "@ratebook/core";
import type { Context } from "hono";
import type { AnyFailure } from "../any-failure.ts";
import type { Sessions } from "../sessions.ts";
import { type ErrorAnswer, tell } from "./errors.ts";
import type { Identity, ResolveActor } from "./identity.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { WriteFailure } from "./send.ts";

/** What a request carries through the app. */
export type RestEnv = {
  /** The HTTP server's view of the connection. */
  Bindings: { incoming?: { socket: { remoteAddress?: string | undefined } } };
  Variables: {
    requestId: string;
    /** Pattern of the route, for logs and metrics. */
    route: string;
    /** How the route writes failures, where it does not write them as all others do. */
    writeFailure: WriteFailure | undefined;
    /** Headers that every answer to this request carries. */
    limitHeaders: Record<string, string>;
  };
};

/** Decides who may come in, and how often. */
export type Doorkeeper = {
  /** What procedures are given besides the actor. */
  inside: { billing: Ctx; sessions?: Sessions };
  /** Where a request came from, as far as trusted proxies tell it. */
  addressOf: (c: Context<RestEnv>) => string;
  /** Counts by address and asks for no credential. */
  admitAnyone: (c: Context<RestEnv>) => Promise<Result<null, ErrorAnswer>>;
  /** Finds out who asks and counts by credential. `changes` says that the request changes something. */
  admit: (c: Context<RestEnv>, changes: boolean) => Promise<Result<Actor | null, ErrorAnswer>>;
  /** The same for tRPC: a shown key that is not valid counts as none, and failures are values. */
  identify: (c: Context<RestEnv>, changes: boolean) => Promise<Result<Actor | null, AnyFailure>>;
  /** Whether a page of an origin that may use a session asks. */
  fromOwnPage: (c: Context<RestEnv>) => boolean;
  /** Counts an attempt to sign in. */
  admitSignIn: (c: Context<RestEnv>) => Promise<Result<null, ErrorAnswer>>;
};

export type DoorkeeperOptions = {
  inside: Doorkeeper["inside"];
  resolveActor: ResolveActor;
  limiter: RateLimiter;
  addressOf: (peer: string | undefined, forwardedFor: string | null) => string;
  /** Origins whose pages may use a session cookie to change something. */
  allowedOrigins: readonly string[];
};

/** Makes the doorkeeper of an app. */
export function createDoorkeeper(options: DoorkeeperOptions): Doorkeeper {
  const { inside, resolveActor, limiter, allowedOrigins } = options;
  const address = (c: Context<RestEnv>): string =>
    options.addressOf(c.env?.incoming?.socket.remoteAddress, c.req.header("x-forwarded-for") ?? null);

  const fromOwnPage = (c: Context<RestEnv>): boolean => allowedOrigins.includes(c.req.header("origin") ?? "");

  const count = async (c: Context<RestEnv>, actor: Actor | null): Promise<Result<null, AnyFailure>> => {
    const { headers, refusal } = await limiter.count(actor, address(c));
    c.set("limitHeaders", headers);
    return refusal === null ? ok(null) : err(refusal);
  };

  const resolve = async (headers: Headers): Promise<Result<Identity, AnyFailure>> => {
    try {
      return ok(await resolveActor(headers));
    } catch (error) {
      if (!isDatabaseDown(error)) throw error;
      return err({ kind: "database_unavailable", retryAfterSeconds: 5 });
    }
  };

  const identify = async (
    c: Context<RestEnv>,
    changes: boolean,
  ): Promise<Result<{ actor: Actor | null; refused: boolean }, AnyFailure>> => {
    const resolved = await resolve(c.req.raw.headers);
    if (!resolved.ok) return resolved;
    const { actor, via } = resolved.value;
    const counted = await count(c, actor);
    if (!counted.ok) return counted;
    // A browser sends the cookie whichever page asks; only the origin tells whose page it is.
    if (via === "cookie" && changes && !fromOwnPage(c)) {
      return err({ kind: "access_denied", message: "This origin may not use a signed-in session." });
    }
    return ok({ actor, refused: via === "refused" });
  };

  return {
    inside,
    addressOf: address,
    fromOwnPage,
    admitAnyone: async (c) => told(await count(c, null)),
    admit: async (c, changes) => {
      const identity = await identify(c, changes);
      if (!identity.ok) return err(tell(identity.error));
      if (identity.value.refused) {
        return err(
          tell({
            kind: "authentication_required",
            message: "This API key is not known, was revoked, or has expired.",
          }),
        );
      }
      return ok(identity.value.actor);
    },
    identify: async (c, changes) => {
      const identity = await identify(c, changes);
      return identity.ok ? ok(identity.value.actor) : identity;
    },
    admitSignIn: async (c) => {
      const { headers, refusal } = await limiter.countSignIn(address(c));
      c.set("limitHeaders", headers);
      return refusal === null ? ok(null) : err(tell(refusal));
    },
  };
}

const told = <T>(result: Result<T, AnyFailure>): Result<T, ErrorAnswer> =>
  result.ok ? result : err(tell(result.error));
