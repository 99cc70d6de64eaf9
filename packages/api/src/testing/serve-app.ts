import { serve } from "@hono/node-server";
import { must } from "@ratebook/core";
import type { Hono } from "hono";
import type { RestEnv } from "../rest/doorkeeper.ts";

/** A listening app, for tests that speak real HTTP. */
export type ServedApp = { url: string; close: () => Promise<void> };

/** Listens on a free port of 127.0.0.1. */
export async function serveApp(app: Hono<RestEnv>): Promise<ServedApp> {
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, (info) =>
        resolve({ server: must(started, "the server exists once it listens"), port: info.port }),
      );
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
