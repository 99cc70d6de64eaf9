import { z } from "zod";

/** One line of a document: anything that can be stored and printed. */
export const DocumentText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must be one line of well-formed text");
