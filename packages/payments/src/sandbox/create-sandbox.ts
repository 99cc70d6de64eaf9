import type { Log, SandboxStore } from "@ratebook/billing";
import type { Hono } from "hono";
import { createApi } from "./api.ts";
import { openBook } from "./book.ts";
import { createControls, type SandboxControls } from "./controls.ts";
import { type DeliverWebhook, deliverDue } from "./deliver-webhooks.ts";
import { createPages } from "./pages.ts";
import { nextDue, runDue } from "./run-due.ts";

export type SandboxOptions = {
  store: SandboxStore;
  clock: () => Date;
  /** The key the SDK must send; anything that starts with `sk_test_`. */
  secretKey: string;
  webhookSecret: string;
  /** Where `pages` are mounted, as a browser reaches them, without a slash at the end. */
  pageUrl: string;
  deliverWebhook: DeliverWebhook;
  /** False where a test calls `runDue` itself; true unless told. */
  automatic?: boolean;
  log: Log;
};

export type Sandbox = {
  /** Stripe's API, to be given to the SDK or listened on. */
  api: Hono;
  /** The hosted pages, to be mounted at `pageUrl`. */
  pages: Hono;
  controls: SandboxControls;
  /** Delivers due webhooks and does what time brings; gives how many webhooks were taken. */
  runDue: () => Promise<number>;
  /** Starts delivering what an earlier run left behind. */
  start: () => void;
  /** Waits for the delivery in hand and starts no other. */
  stop: () => Promise<void>;
};

/** Stripe, simulated: no real money, everything else as its API does it. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { store, clock, pageUrl } = options;
  const pump = createPump(options, () => dueOnce(options));
  const onWritten = () => pump.wake();
  const controls = createControls(async (run) => {
    const value = await store.transaction((tx) => run(openBook(tx, clock())));
    onWritten();
    return value;
  }, pageUrl);
  return {
    api: createApi({ store, clock, secretKey: options.secretKey, pageUrl, onWritten }),
    pages: createPages({ store, clock, pageUrl, onWritten }),
    controls,
    runDue: () => dueOnce(options),
    start: () => pump.wake(),
    stop: () => pump.stop(),
  };
}

async function dueOnce(options: SandboxOptions): Promise<number> {
  await runDue(options.store, options.clock());
  return await deliverDue(options);
}

/** Runs work after it was woken and when something falls due, one run at a time. */
function createPump(
  { store, clock, log, automatic = true }: SandboxOptions,
  run: () => Promise<number>,
): { wake: () => void; stop: () => Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = !automatic;
  let timer: NodeJS.Timeout | undefined;

  const loop = async () => {
    try {
      do {
        again = false;
        while ((await run()) > 0 && !stopped);
      } while (again && !stopped);
      const next = stopped ? null : await nextDue(store);
      if (next) later(next.getTime() - clock().getTime());
    } catch (error) {
      log.error({ err: error }, "The payment sandbox could not deliver; it tries again in 5 seconds.");
      if (!stopped) later(5_000);
    }
  };
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(wake, Math.min(Math.max(ms, 50), 60_000)).unref();
  };
  const wake = () => {
    again = true;
    if (stopped || running) return;
    running = loop().finally(() => {
      running = null;
      if (again && !stopped) wake();
    });
  };
  const stop = async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
  return { wake, stop };
}
