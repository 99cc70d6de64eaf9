import { Tooltip } from "@mantine/core";
import { ageText } from "./age-text.ts";
import { instantText } from "./instant-text.ts";
import { useNow } from "./use-now.ts";

/** How long ago, in words that keep up; the exact UTC instant on hover and focus. */
export function Age({ at }: { at: Date }) {
  const now = useNow();
  return (
    <Tooltip label={instantText(at)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at.toISOString()} className="age">
        {ageText(at, now)}
      </time>
    </Tooltip>
  );
}

/** A UTC instant in full. */
export const Instant = ({ at }: { at: Date }) => (
  <time dateTime={at.toISOString()} className="figures-tabular">
    {instantText(at)}
  </time>
);
