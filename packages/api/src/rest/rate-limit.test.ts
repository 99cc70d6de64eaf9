import { expect, test } from "vitest";
import { createRateLimiter, DEFAULT_RATE_LIMITS } from "./rate-limit.ts";

test("a key with a limit of its own is held to it, apart from every other key", async () => {
  const limiter = createRateLimiter(DEFAULT_RATE_LIMITS);
  const ask = (keyId: string, own: { requestsPerMinute?: number } = {}) =>
    limiter.count({ kind: "key", keyId, customerId: "c", scopes: ["read"], ...own }, "127.0.0.1");
  for (let n = 0; n < 2; n += 1) {
    expect((await ask("a", { requestsPerMinute: 2 })).refusal).toBeNull();
  }
  const refused = await ask("a", { requestsPerMinute: 2 });
  expect(refused.refusal).toMatchObject({ kind: "too_many_requests" });
  expect(refused.headers["x-ratelimit-policy"]).toBe("2;w=60");
  expect((await ask("b", { requestsPerMinute: 2 })).refusal).toBeNull();
  expect((await ask("c")).headers["x-ratelimit-limit"]).toBe("6000");
});
