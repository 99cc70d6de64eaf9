import { METERS } from "@ratebook/core";
import { meterText } from "../wallet/meter-text.ts";

/** The built-in meters, and the operator's own where it is chosen already. */
export const meterChoices = (own: string) => {
  const builtIn = Object.keys(METERS).map((meter) => ({ value: meter, label: meterText(meter) }));
  return own === "" || builtIn.some(({ value }) => value === own)
    ? builtIn
    : [...builtIn, { value: own, label: meterText(own) }];
};
