import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LabDatabase } from "./lab.ts";

/** A server in a process of its own, as it runs in production. */
export type RestServer = { url: string; pid: number; stop: () => Promise<void> };

/** Starts the server on a bench's database and a free port of 127.0.0.1. */
export async function startRestServer({ appUrl, ownerUrl }: LabDatabase): Promise<RestServer> {
  const child = fork(fileURLToPath(new URL("./rest-server.ts", import.meta.url)), {
    execArgv: [],
    env: serverEnv({ appUrl, ownerUrl }),
  });
  const exited = once(child, "exit");
  const failed = exited.then(([code]): never => {
    throw new Error(`the server of the bench ended with ${code}`);
  });
  const [url]: unknown[] = await Promise.race([once(child, "message"), failed]);
  // From here on its end is our doing.
  failed.catch(() => {});
  if (typeof url !== "string" || child.pid === undefined)
    throw new Error("the server did not tell its address");
  return {
    url,
    pid: child.pid,
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The configuration of a bench's server; limits that one caller at full speed does not reach. */
export const serverEnv = ({ appUrl, ownerUrl }: Pick<LabDatabase, "appUrl" | "ownerUrl">) => ({
  DATABASE_URL: appUrl,
  DATABASE_OWNER_URL: ownerUrl,
  PORT: "0",
  RATEBOOK_SECRET: "a bench keeps nothing worth a secret",
  RATE_LIMIT_KEY: "1000000000",
  RATE_LIMIT_ADDRESS: "1000000000",
  LOG_LEVEL: "silent",
});
