import { expect, test } from "vitest";
import { keyState, scopesFor, usualScopes } from "./scopes.ts";

const now = new Date("2026-11-22T12:00:00Z");

test("a member can give a program no more than reading", () => {
  expect(scopesFor("customer", false)).toEqual(["read"]);
});

test.each(["customer", "service", "worker"] as const)(
  "what is ticked at first for a %s key can be chosen",
  (kind) => {
    const offered = scopesFor(kind, true);
    expect(usualScopes(kind).every((scope) => offered.includes(scope))).toBe(true);
  },
);

test("a key ends at its instant, and revoked says more than expired", () => {
  expect(keyState({ revokedAt: null, expiresAt: now }, now)).toBe("expired");
  expect(keyState({ revokedAt: null, expiresAt: new Date(now.getTime() + 1) }, now)).toBe("active");
  expect(keyState({ revokedAt: now, expiresAt: now }, now)).toBe("revoked");
});
