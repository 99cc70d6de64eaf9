import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

/** What a start writes into its data directory. */
export type Credentials = {
  url: string;
  apiKey: string;
  serviceKey: string;
  organizationId: string;
  operator: { email: string; password: string };
  customer: { email: string; password: string };
};

/** A process that runs what `npm start` runs. */
export type Start = { process: ChildProcess; output: () => string };

/** Starts of Ratebook on one data directory that is removed afterwards. */
export type Starts = {
  dataDir: string;
  start: (environment?: Record<string, string>) => Start;
  /** Starts and waits until it says that it is ready. */
  ready: (environment?: Record<string, string>) => Promise<Start & { credentials: Credentials }>;
  /** Waits for the end of a start; gives its exit code. */
  ended: (start: Start) => Promise<number | null>;
  /** Process id of the running database; it removes its file when it stops cleanly. */
  postmaster: () => Promise<number | null>;
  cleanUp: () => Promise<void>;
};

/** Makes an empty data directory to start on. Network sources are off: these tests are about this machine. */
export async function createStarts(): Promise<Starts> {
  const dataDir = await mkdtemp(join(tmpdir(), "ratebook-start-"));
  // Open to the user the database runs as when tests run as root, so that its files stay in here.
  await chmod(dataDir, 0o755);
  const started: Start[] = [];

  const postmaster = async (): Promise<number | null> => {
    const text = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => null);
    return text === null ? null : Number(text.split("\n")[0]);
  };

  const start: Starts["start"] = (environment = {}) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../serve.ts")], {
      env: {
        PATH: process.env.PATH,
        RATEBOOK_DATA_DIR: dataDir,
        RATEBOOK_ADMIN_BUILD: "false",
        RATEBOOK_SCHEDULE_OPENROUTER: "off",
        RATEBOOK_SCHEDULE_LITELLM: "off",
        PORT: "0",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    }
    const one = { process: child, output: () => output };
    started.push(one);
    return one;
  };

  return {
    dataDir,
    start,
    postmaster,
    ready: async (environment = {}) => {
      const one = start(environment);
      await vi.waitFor(
        () => {
          const said = `${one.process.exitCode ?? "running"} ${one.output()}`;
          if (!said.includes("Ratebook is ready at ")) throw new Error(`not ready yet: ${said}`);
        },
        { timeout: 90_000, interval: 50 },
      );
      const credentials: Credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
      return { ...one, credentials };
    },
    ended: async ({ process }) => {
      if (process.exitCode === null && process.signalCode === null) await once(process, "exit");
      return process.exitCode;
    },
    cleanUp: async () => {
      for (const { process } of started) if (process.exitCode === null) process.kill("SIGKILL");
      const left = await postmaster();
      if (left !== null) process.kill(left, "SIGQUIT");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
