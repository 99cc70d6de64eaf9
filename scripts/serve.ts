// What `npm start` runs: database, server and worker of one machine. See docs/ for running them apart.
import { join, resolve } from "node:path";
import {
  type RunningServer,
  readEnv,
  StartError,
  startServer,
  stopOnSignal,
} from "../apps/server/src/index.ts";
import { createKeyRing } from "../packages/billing/src/index.ts";
import { SOURCES } from "../packages/catalog/src/index.ts";
import { type Embedded, EmbeddedError, startEmbedded } from "../packages/db/src/embedded/index.ts";
import { buildAdmin } from "./serve/build-admin.ts";
import { type DataDir, keptSecret, openDataDir } from "./serve/data-dir.ts";
import { readyMessage } from "./serve/ready-message.ts";
import { createWorkerKey, type DemoCredentials, seedDemo } from "./serve/seed-demo.ts";
import { waitForPrices } from "./serve/wait-for-prices.ts";
import { startWorkerProcess } from "./serve/worker-process.ts";

const given: Record<string, string | undefined> = process.env;
const root = resolve(import.meta.dirname, "..");
const undo: (() => Promise<void>)[] = [];
let stopped = false;
let reviving = false;
const WATCH_MS = 2_000;

async function stop(): Promise<void> {
  stopped = true;
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
}

async function start(): Promise<void> {
  const dataDir = await openDataDir(given.RATEBOOK_DATA_DIR || join(root, ".ratebook"));
  const building = given.RATEBOOK_ADMIN_BUILD === "false" ? null : buildAdmin(root);
  const embedded = given.DATABASE_URL ? null : await startDatabase(dataDir);
  const problem = (await building) ?? null;
  if (problem !== null) console.error(`The admin could not be built, so its pages are missing:\n${problem}`);

  const config = readEnv({
    LOG_LEVEL: "warn",
    ...given,
    RATEBOOK_SECRET: given.RATEBOOK_SECRET || (await keptSecret(dataDir)),
    ...(embedded && { DATABASE_URL: embedded.appUrl, DATABASE_OWNER_URL: embedded.ownerUrl }),
  });
  if (!config.ok) throw new StartError(config.error.join("\n"));
  const { payments } = config.value;
  // Nobody's money is in a database that came with the start.
  const settings = {
    ...config.value,
    ...(payments && { payments: { ...payments, embeddedDatabase: embedded !== null } }),
  };
  const server = await startServer(settings, { pagesFolder: join(root, "apps/admin/dist") });
  undo.push(server.close);

  const demo = embedded ? await demoCredentials(dataDir, server) : null;
  const key = await workerKey(dataDir, server);
  // A source that cannot be reached is told in the admin; ten lines of it after the address would only hide that.
  const logLevel = given.LOG_LEVEL ? config.value.logLevel : "error";
  const worker = startWorkerProcess(root, { url: localUrl(server), key, logLevel });
  undo.push(worker.stop);
  const bundled = SOURCES.filter(({ defaultUrl }) => defaultUrl === null).map(({ id }) => id);
  await waitForPrices(server.ctx, bundled, () => stopped);
  if (!stopped) console.log(readyMessage(server.url, demo, join(dataDir.path, "credentials.json")));
}

async function startDatabase(dataDir: DataDir): Promise<Embedded> {
  const embedded = await startEmbedded({
    dataDir: dataDir.path,
    log: (sentence) => console.log(sentence),
  });
  const watch = setInterval(() => void revive(embedded), WATCH_MS);
  undo.push(async () => {
    clearInterval(watch);
    await embedded.stop();
  });
  return embedded;
}

/** A database that ended by itself is started again; requests meanwhile were answered 503 and nothing was lost. */
async function revive(embedded: Embedded): Promise<void> {
  if (reviving || stopped) return;
  reviving = true;
  try {
    if (await embedded.revive()) console.error("The database had ended; it was started again.");
  } catch (error) {
    console.error(error instanceof EmbeddedError ? error.message : error);
  } finally {
    reviving = false;
  }
}

/** Those of the first start; a start that was killed before it wrote them makes them again. */
async function demoCredentials(dataDir: DataDir, server: RunningServer): Promise<DemoCredentials> {
  const kept = await dataDir.read("credentials.json");
  const demo: DemoCredentials = kept === null ? await seedDemo(server.ctx, server.auth) : JSON.parse(kept);
  const credentials = { ...demo, url: server.url };
  await dataDir.write("credentials.json", `${JSON.stringify(credentials, null, 2)}\n`);
  return demo;
}

/** The one kept in the data directory while the database knows it, as it does not after a switch to another one. */
async function workerKey(dataDir: DataDir, { ctx }: RunningServer): Promise<string> {
  const kept = (await dataDir.read("worker-key"))?.trim();
  const ring = createKeyRing(ctx);
  const known = kept ? await ring.authenticate(kept) : null;
  await ring.close();
  if (kept && known?.kind === "worker") return kept;
  const key = await createWorkerKey(ctx);
  await dataDir.write("worker-key", `${key}\n`);
  return key;
}

/** The worker speaks to this machine, whatever address the public knows. */
const localUrl = ({ port }: RunningServer): string => `http://127.0.0.1:${port}`;

stopOnSignal(stop, (error) => console.error("Ratebook did not stop cleanly:", error));
try {
  await start();
} catch (error) {
  await stop();
  if (!(error instanceof StartError) && !(error instanceof EmbeddedError)) throw error;
  console.error(error.message);
  process.exit(1);
}
