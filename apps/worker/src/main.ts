import { SOURCES } from "@ratebook/catalog";
import { pino } from "pino";
import { readEnv } from "./env.ts";
import { startWorker } from "./start-worker.ts";

const env = readEnv(process.env, SOURCES);
if (!env.ok) {
  console.error(`${env.error.name} ${env.error.message}.`);
  process.exit(1);
}
const { url, apiKey, logLevel, ...settings } = env.value;
const log = pino({ name: "ratebook-worker", level: logLevel });
const worker = startWorker({ url, apiKey, settings, log });
log.info({ url }, "the worker runs");

const stop = async () => {
  await worker.stop();
  process.exit(0);
};
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
