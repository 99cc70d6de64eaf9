import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { EmbeddedError } from "./embedded-error.ts";

/** Who the server runs as; undefined means this process's own user. PostgreSQL refuses to run as root. */
export type ServerUser = { uid: number; gid: number } | undefined;

/**
 * The user the server runs as: this process's own, or, when that is root, the owner of existing data, else 65534
 * (nobody on most systems). Fails with `wrong_owner` when the data belongs to somebody this process cannot become.
 */
export async function serverUser(dataPath: string): Promise<ServerUser> {
  const own = process.getuid?.();
  const data = await stat(dataPath).catch(() => undefined);
  if (own === 0) return data && data.uid !== 0 ? { uid: data.uid, gid: data.gid } : NOBODY;
  if (own !== undefined && data && data.uid !== own) {
    throw new EmbeddedError(
      "wrong_owner",
      `The data in ${dataPath} belongs to user ${data.uid}, and this is user ${own}: start Ratebook as that user or as root.`,
    );
  }
  return undefined;
}

/** Runs a program to its end as the server's user, from `/`, without the PG* variables that would redirect it. */
export async function run(
  program: string,
  args: string[],
  user: ServerUser,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, args, { ...spawnAs(user), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return new Promise((resolve) => {
    // A program that cannot be executed at all: the reason is what its output would have been.
    child.once("error", (error) => resolve({ status: null, output: error.message }));
    child.once("close", (status) => resolve({ status, output: output.trim() }));
  });
}

/** Options to spawn as the server's user. The folder is `/`, because that user may not be able to enter ours. */
export function spawnAs(user: ServerUser): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
} {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
  return { cwd: "/", env: { ...env, LC_ALL: "C", TZ: "UTC" }, ...user };
}

const NOBODY = { uid: 65534, gid: 65534 };
