import type { Figure } from "./figure.ts";
import type { Lab } from "./lab.ts";

/** A measurement that can be run by itself. Its books are verified, and its databases dropped, after it. */
export type Bench = {
  name: string;
  title: string;
  /** Runs only where it is named. */
  optIn?: true;
  run: (lab: Lab) => Promise<Omit<Figure, "bench">[]>;
};
