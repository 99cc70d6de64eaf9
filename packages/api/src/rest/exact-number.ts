import { formatUsd, type Nanos } from "@ratebook/core";

declare global {
  interface JSON {
    /** Present since V8 11.4: a value that JSON.stringify writes as the given JSON text. */
    rawJSON(text: string): object;
  }
}

/** A money field the wire shows as a number, written digit for digit from nanos: no float takes part. */
export const exactNumber = (amount: Nanos): object => JSON.rawJSON(formatUsd(amount));
