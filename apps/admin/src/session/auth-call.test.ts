import { expect, test } from "vitest";
import { refusalOf } from "./auth-call.ts";

test("known codes are told in our words, others in the sign-in's own, and nothing is silent", () => {
  expect(refusalOf(401, { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid" }).message).toBe(
    "This e-mail address and password do not belong together.",
  );
  expect(refusalOf(400, { code: "NEW", message: "Something new" }).message).toBe("Something new");
  expect(refusalOf(429, null).message).toBe("Too many attempts. Wait a minute and try again.");
  expect(refusalOf(500, "<html>").message).toMatch(/did not work/);
});
