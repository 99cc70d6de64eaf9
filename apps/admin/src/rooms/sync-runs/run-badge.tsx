import { Badge } from "@mantine/core";
import type { SyncRun } from "./sync-run.ts";

/** How a run stands: its outcome once it has one. */
export function RunBadge({ run: { state, outcome } }: { run: Pick<SyncRun, "state" | "outcome"> }) {
  const word = outcome ?? state;
  return (
    <Badge color={COLORS.get(word) ?? "gray"} variant="light" size="sm">
      {word}
    </Badge>
  );
}

const COLORS: ReadonlyMap<string, string> = new Map([
  ["published", "teal"],
  ["unchanged", "gray"],
  ["held", "orange"],
  ["abandoned", "orange"],
  ["failed", "red"],
  ["running", "blue"],
  ["requested", "blue"],
]);
