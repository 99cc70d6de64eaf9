import { expect, test } from "vitest";
import { fieldErrors } from "./field-errors.ts";

test("a refused field is told under its own name, as a sentence", () => {
  const failure = {
    kind: "validation_error",
    field: "price",
    message: "must be whole cents",
    code: "validation_error",
  };
  expect(fieldErrors(Object.assign(new Error("price: must be whole cents"), { data: { failure } }))).toEqual({
    price: "Must be whole cents.",
  });
  const issues = [{ path: "slug", message: "Too long." }];
  expect(fieldErrors({ data: { failure: null, issues } })).toEqual({ slug: "Too long." });
});

test("what is about no field is about none", () => {
  expect(fieldErrors({ data: { failure: { kind: "access_denied", message: "No." }, issues: null } })).toEqual(
    {},
  );
  expect(fieldErrors(new TypeError("Failed to fetch"))).toEqual({});
});
