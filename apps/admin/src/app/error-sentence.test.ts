import { expect, test } from "vitest";
import { errorSentence, errorStatus, refusedField } from "./error-sentence.ts";

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

test("the field of a refusal is named, whoever found it", () => {
  const atTheDoor = told({ httpStatus: 400, issues: [{ path: "note", message: "must not be empty" }] });
  expect(refusedField(atTheDoor)).toEqual({ path: "note", message: "must not be empty" });
  const byTheVerb = told({
    httpStatus: 400,
    issues: null,
    failure: { kind: "validation_error", field: "validUntil", message: "must be after validFrom" },
  });
  expect(refusedField(byTheVerb)).toEqual({ path: "validUntil", message: "must be after validFrom" });
  expect(refusedField(told({ httpStatus: 403, issues: null, failure: null }))).toBeNull();
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
