import { expect, test } from "vitest";
import { z } from "zod";
import { issueSentence } from "./issue-sentence.ts";

const said = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: issueSentence }).error?.issues[0]?.message;

test.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, "is required"],
  [z.string(), 7, "must be text"],
  [z.number(), "7", "must be a number"],
  [z.coerce.number(), "seven", "must be a number"],
  [z.int(), 1.5, "must be a whole number"],
  [z.strictObject({}), [], "must be an object"],
  [z.array(z.string()), {}, "must be a list"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(8), "short", "must have at least 8 characters"],
  [z.string().max(2), "long", "must have at most 2 characters"],
  [z.array(z.int()).min(1), [], "must have at least 1 item"],
  [z.array(z.int()).max(2), [1, 2, 3], "must have at most 2 items"],
  [z.int().min(1), 0, "must be at least 1"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.int().max(86_400), 99_999, "must be at most 86400"],
  [z.enum(["day", "month"]), "year", "must be one of day, month"],
  [z.enum(["day", "month"]), undefined, "is required"],
  [z.uuid(), "x", "must be a UUID"],
  [z.iso.datetime(), "tomorrow", "must be an instant such as 2026-11-22T00:00:00Z"],
  [z.email(), "x", "must be an e-mail address"],
  [z.union([z.string(), z.number()]), null, "must be text or a number"],
  [z.union([z.string(), z.number()]), undefined, "is required"],
  [z.string().regex(/^\d+$/, "is not a cursor of this list"), "x", "is not a cursor of this list"],
  [z.string().refine((text) => text !== "x", "must not be x"), "x", "must not be x"],
])("%# what is wrong is said in a person's words", (schema, value, sentence) => {
  expect(said(schema, value)).toBe(sentence);
});
