import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { SOURCES } from "../../packages/catalog/src/index.ts";

/** The worker, kept running. */
export type WorkerProcess = { stop: () => Promise<void> };

/**
 * Runs the worker as a process of its own, because it reads foreign documents: it is given the server's address and its
 * narrow key, and neither the database's address nor any other variable that could hold a secret. A worker that ends is
 * started again, with growing pauses; one whose parent is killed ends by itself.
 */
export function startWorkerProcess(
  root: string,
  settings: { url: string; key: string; logLevel: string },
): WorkerProcess {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let pauseMs = FIRST_PAUSE_MS;

  const start = (): void => {
    const startedAt = Date.now();
    child = spawn(
      process.execPath,
      ["--import", join(root, "scripts/serve/exit-with-parent.ts"), join(root, "apps/worker/src/main.ts")],
      { cwd: root, env: workerEnvironment(settings), stdio: ["ignore", "inherit", "inherit", "ipc"] },
    );
    child.once("exit", (code, signal) => {
      if (stopping) return;
      pauseMs = Date.now() - startedAt > STEADY_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      console.error(
        `The worker ended (${signal ?? `code ${code}`}); it starts again in ${pauseMs / 1000} s.`,
      );
      timer = setTimeout(start, pauseMs);
    });
  };

  start();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const kill = setTimeout(() => child?.kill("SIGKILL"), STOP_GRACE_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}

function workerEnvironment(settings: { url: string; key: string; logLevel: string }): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(
    ([name]) =>
      PASSED.has(name) || SOURCE_KEYS.has(name) || /^(RATEBOOK_SCHEDULE|RATEBOOK_SOURCE|WORKER)_/.test(name),
  );
  return {
    ...Object.fromEntries(passed),
    RATEBOOK_URL: settings.url,
    RATEBOOK_WORKER_KEY: settings.key,
    LOG_LEVEL: settings.logLevel,
  };
}

const SOURCE_KEYS = new Set(SOURCES.map(({ key }) => key?.env));

/** What a Node program needs of its surroundings, and how it gets out through a proxy. */
const PASSED = new Set([
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "LANG",
  "LC_ALL",
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "NO_PROXY",
  "PATH",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "TMPDIR",
  "TZ",
  "https_proxy",
  "http_proxy",
  "no_proxy",
]);
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
const STOP_GRACE_MS = 5_000;
