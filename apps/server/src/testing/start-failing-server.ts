import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServerConfig } from "../env.ts";

/** A server in a process of its own that can be killed at a failpoint. */
export type FailingServer = {
  url: string;
  /** From now on the process ends where this failpoint is passed. */
  arm: (failpoint: string) => Promise<void>;
  /** Ends the process at once, as kill -9 does. */
  kill: () => void;
  /** Settles when the process has ended: true where it was killed, by itself or from here. */
  killed: Promise<boolean>;
  stop: () => Promise<void>;
};

/** @param clockAheadMs how far its clock goes ahead of this machine's */
export async function startFailingServer(config: ServerConfig, clockAheadMs: number): Promise<FailingServer> {
  const script = fileURLToPath(new URL("./failing-server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify({ config, clockAheadMs })], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, string>> => {
    const line = await answers.next();
    if (line.done === true) throw new Error("the server ended before it answered");
    return JSON.parse(line.value);
  };
  const { url } = await answer();
  if (url === undefined) throw new Error("the server did not say where it listens");
  return {
    url,
    arm: async (failpoint) => {
      child.stdin.write(`${failpoint}\n`);
      await answer();
    },
    kill: () => child.kill("SIGKILL"),
    killed: ended.then(() => child.signalCode === "SIGKILL"),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await ended;
    },
  };
}
