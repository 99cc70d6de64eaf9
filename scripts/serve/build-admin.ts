import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Builds the admin unless it is built from these very sources; the task runner compares them by content.
 *
 * @returns the build's output where it failed; null otherwise
 */
export function buildAdmin(root: string): Promise<string | null> {
  return new Promise((resolve) => {
    const turbo = spawn(
      join(root, "node_modules/.bin/turbo"),
      ["run", "build", "--filter=@ratebook/admin", "--output-logs=errors-only", "--no-update-notifier"],
      {
        cwd: root,
        env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString("utf8")).slice(-OUTPUT_MAX);
    };
    turbo.stdout.on("data", collect);
    turbo.stderr.on("data", collect);
    turbo.on("error", (error) => resolve(error.message));
    turbo.on("close", (code) => resolve(code === 0 ? null : output));
  });
}

const OUTPUT_MAX = 4_000;
