export { type EnvError, readEnv, readSourceSettings, type SourceSettings, type WorkerEnv } from "./env.ts";
export { startWorker, type Worker, type WorkerLog, type WorkerOptions } from "./start-worker.ts";
export { type CatalogClient, type SyncRequest, type SyncResult, syncOnce } from "./sync-once.ts";
