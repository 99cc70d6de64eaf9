import { fileURLToPath } from "node:url";
import { startServer } from "./compose.ts";
import { readEnv } from "./env.ts";
import { createLog } from "./log.ts";
import { StartError } from "./start-error.ts";
import { stopOnSignal } from "./stop-on-signal.ts";

const config = readEnv(process.env);
if (!config.ok) {
  for (const sentence of config.error) console.error(sentence);
  process.exit(1);
}
const log = createLog(config.value.logLevel);
try {
  const server = await startServer(config.value, {
    log,
    pagesFolder: fileURLToPath(new URL("../../admin/dist/", import.meta.url)),
  });
  stopOnSignal(server.close, (error) => log.error({ err: error }, "the server did not stop cleanly"));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}
