import { createLog, readEnv, startServer } from "@ratebook/server";

/** The server of a bench, in a process of its own: configured by the environment like any other. */
const config = readEnv(process.env);
if (!config.ok) throw new Error(config.error.join(" "));
const server = await startServer(config.value, { log: createLog(config.value.logLevel), pagesFolder: "" });
// Ends with the bench, however that ends.
process.once("disconnect", () => void server.close().finally(() => process.exit()));
process.send?.(server.url);
