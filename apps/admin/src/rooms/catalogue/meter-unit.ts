import { METERS } from "@ratebook/core";

/** The word for one unit of a meter: "token", "image"; "unit" for one the operator added. */
export const unitOfMeter = (meter: string): string => UNITS.get(meter) ?? "unit";

const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries(METERS).map(([meter, { unit }]) => [meter, unit]),
);
