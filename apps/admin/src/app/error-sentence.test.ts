import { expect, test } from "vitest";
import { errorSentence, errorStatus } from "./error-sentence.ts";

const told = (data: object, message = "Only an operator may do this.") =>
  Object.assign(new Error(message), { data });

test("an expected failure is said in the server's sentence", () => {
  expect(errorSentence(told({ httpStatus: 403, issues: null }))).toBe("Only an operator may do this.");
  expect(errorStatus(told({ httpStatus: 403 }))).toBe(403);
});

test("a field's problem names the field", () => {
  const error = told(
    { httpStatus: 400, issues: [{ path: "amount", message: "must be more than 0" }] },
    "[…]",
  );
  expect(errorSentence(error)).toBe("amount: must be more than 0.");
});

test.each(["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"])(
  "%j is said as a server that cannot be reached",
  (message) => {
    expect(errorSentence(new Error(message))).toBe(
      "The server cannot be reached just now. Check the connection and try again.",
    );
    expect(errorStatus(new Error(message))).toBeNull();
  },
);

test("what says nothing still gets a sentence", () => {
  expect(errorSentence(null)).toMatch(/^Something went wrong\./);
});
