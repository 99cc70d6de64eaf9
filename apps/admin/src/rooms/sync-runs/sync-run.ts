import type { Api } from "../../app/trpc.ts";

/** One reading of one source. */
export type SyncRun = Api<"catalog", "runs">["items"][number];
/** A source with the age of its prices. */
export type Source = Api<"catalog", "sources">[number];

/** How long a run took, in words; null while it has not ended. */
export function durationText({
  claimedAt,
  finishedAt,
}: Pick<SyncRun, "claimedAt" | "finishedAt">): string | null {
  if (claimedAt === null || finishedAt === null) return null;
  const ms = finishedAt.getTime() - claimedAt.getTime();
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${Math.floor(ms / 1000)} s` : `${Math.floor(ms / 60_000)} min`;
}

/** Why a run was made. */
export const triggerText = (trigger: SyncRun["trigger"]): string => TRIGGERS[trigger];

const TRIGGERS: { [Trigger in SyncRun["trigger"]]: string } = {
  schedule: "Schedule",
  "catch-up": "Catch-up",
  request: "Requested",
  command: "Command line",
};
