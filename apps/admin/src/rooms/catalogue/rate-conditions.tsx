import type { Conditions } from "@ratebook/core";
import classes from "./catalogue.module.css";
import { conditionTexts } from "./conditions-text.ts";

/** When a rate applies, in words; nothing where it always does. */
export function RateConditions({ when }: { when: Conditions }) {
  const texts = conditionTexts(when);
  return texts.length === 0 ? null : <span className={classes.conditions}>{texts.join(" · ")}</span>;
}
