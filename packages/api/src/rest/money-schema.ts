import { z } from "zod";

/** A `$` field: written exactly from nanos, as a JSON number. */
export const usdNumber = z.number().meta({
  id: "UsdNumber",
  description: "US dollars, which are credits; written digit for digit, at most 9 places",
  example: 98.75,
});

/** Every other amount: decimal text. */
export const usdText = z.string().meta({
  id: "UsdText",
  description: "US dollars, which are credits, as decimal text of at most 9 places",
  example: "0.000432",
});
