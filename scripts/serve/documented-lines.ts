import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether documented lines can be run on this machine. */
export const curlIsHere = (): boolean => {
  const here = spawnSync("curl", ["--version"]).status === 0;
  if (!here) console.log("curl was not found: the documented lines are not run.");
  return here;
};

/** The shell blocks of a document of this repository, in order; of one section where it is named. */
export function documentedLines(document: string, section?: string): string[] {
  const text = readFileSync(join(import.meta.dirname, "../..", document), "utf8");
  const part =
    section === undefined ? text : text.split("\n## ").find((candidate) => candidate.startsWith(section));
  return [...(part ?? "").matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1] ?? "");
}

/** How lines ended, what they complained of, and every JSON answer. */
export type Ran = { status: number | null; problem: string; answers: Record<string, unknown>[] };

/** Runs shell lines as they are printed, against a start and its data directory; a request that fails ends the run. */
export function runLines(lines: string, start: { url: string; dataDir: string }): Ran {
  const here = lines
    .replaceAll("http://127.0.0.1:3000", start.url)
    .replaceAll("./.ratebook/credentials.json", join(start.dataDir, "credentials.json"));
  const strict = 'set -euo pipefail\ncurl() { command curl -sS --fail-with-body -w "\\n" "$@"; }\n';
  const done = spawnSync("bash", ["-c", strict + here], { encoding: "utf8" });
  const answers = done.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Record<string, unknown> => JSON.parse(line));
  return { status: done.status, problem: done.stderr, answers };
}
