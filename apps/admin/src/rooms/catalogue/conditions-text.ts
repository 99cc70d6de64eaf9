import type { Conditions } from "@ratebook/core";

/** The conditions of a rate in words, one text each; empty where the rate is the plain one. */
export function conditionTexts(when: Conditions): string[] {
  const { service_tier, total_input_tokens_above, utc_from, utc_to, audio, duration_seconds, ...named } =
    when;
  const texts = [
    service_tier,
    total_input_tokens_above === undefined
      ? undefined
      : `above ${total_input_tokens_above.toLocaleString("en")} input tokens`,
    utc_from === undefined && utc_to === undefined
      ? undefined
      : `${utc_from ?? "00:00"}–${utc_to ?? "24:00"} UTC`,
    audio === undefined ? undefined : audio ? "with audio" : "without audio",
    duration_seconds === undefined ? undefined : `${duration_seconds} s`,
    ...Object.entries(named).map(([name, value]) => (value === undefined ? undefined : `${name} ${value}`)),
  ];
  return texts.filter((text) => text !== undefined);
}

/** One text that is equal for equal conditions, whatever order they were written in. */
export const conditionsId = (when: Conditions): string =>
  JSON.stringify(Object.entries(when).toSorted(([a], [b]) => (a < b ? -1 : 1)));
