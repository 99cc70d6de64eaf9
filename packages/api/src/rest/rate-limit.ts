import type { Actor } from "@ratebook/billing";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { TooManyRequests } from "../any-failure.ts";

/** Requests a minute. */
export type RateLimits = {
  /** One customer's API key that has no limit of its own. */
  key: number;
  /** One service or worker key, which speaks for many customers. */
  serviceKey: number;
  /** One signed-in person. */
  person: number;
  /** One network address without a valid credential. */
  address: number;
  /** Attempts to sign in, sign up or reset a password, from one address. */
  signIn: number;
};

export const DEFAULT_RATE_LIMITS: RateLimits = {
  key: 6_000,
  serviceKey: 600_000,
  person: 1_200,
  address: 600,
  signIn: 20,
};

/** What a limit says of a request: headers to send, and the refusal where it is over. */
export type Allowance = { headers: Record<string, string>; refusal: TooManyRequests | null };

/** Counts requests in this process: by credential where there is one, else by address. */
export type RateLimiter = {
  count: (actor: Actor | null, address: string) => Promise<Allowance>;
  countSignIn: (address: string) => Promise<Allowance>;
};

/** Makes the limiter; each replica counts for itself. */
export function createRateLimiter(limits: RateLimits): RateLimiter {
  const windows = {
    key: limiter(limits.key),
    serviceKey: limiter(limits.serviceKey),
    person: limiter(limits.person),
    address: limiter(limits.address),
    signIn: limiter(limits.signIn),
  };
  // One window a limit: keys with the same one are counted apart by their ids.
  const own = new Map<number, RateLimiterMemory>();
  const ownWindow = (points: number): RateLimiterMemory => {
    const window = own.get(points) ?? limiter(points);
    own.set(points, window);
    return window;
  };
  return {
    count: (actor, address) => {
      if (actor !== null && "keyId" in actor && actor.requestsPerMinute !== undefined) {
        return take(ownWindow(actor.requestsPerMinute), actor.keyId);
      }
      if (actor?.kind === "key") return take(windows.key, actor.keyId);
      if (actor?.kind === "service" || actor?.kind === "worker") return take(windows.serviceKey, actor.keyId);
      if (actor?.kind === "portal") return take(windows.person, actor.visitId);
      if (actor?.kind === "operator" || actor?.kind === "member") return take(windows.person, actor.userId);
      return take(windows.address, address);
    },
    countSignIn: (address) => take(windows.signIn, address),
  };
}

const limiter = (points: number): RateLimiterMemory =>
  new RateLimiterMemory({ points, duration: WINDOW_SECONDS });

async function take(window: RateLimiterMemory, subject: string): Promise<Allowance> {
  try {
    const state = await window.consume(subject);
    return { headers: limitHeaders(window.points, state), refusal: null };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const headers = limitHeaders(window.points, error);
    const refusal: TooManyRequests = { kind: "too_many_requests", retryAfterSeconds: secondsLeft(error) };
    return { headers, refusal };
  }
}

const limitHeaders = (points: number, state: RateLimiterRes): Record<string, string> => ({
  "x-ratelimit-limit": String(points),
  "x-ratelimit-remaining": String(Math.max(0, state.remainingPoints)),
  "x-ratelimit-reset": String(secondsLeft(state)),
  "x-ratelimit-policy": `${points};w=${WINDOW_SECONDS}`,
});

const secondsLeft = (state: RateLimiterRes): number => Math.max(1, Math.ceil(state.msBeforeNext / 1000));

const WINDOW_SECONDS = 60;
