import { createServer, type Server } from "node:http";
import { getRequestListener, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import { StartError } from "../start-error.ts";

/** A listening HTTP server. */
export type Listener = {
  port: number;
  /** Stops accepting, lets requests finish for `graceMs`, then cuts what is left. */
  close: (graceMs: number) => Promise<void>;
};

/** Answers one request; `env` is the HTTP server's view of its connection. */
export type Fetch = (request: Request, env: HttpBindings | Http2Bindings) => Response | Promise<Response>;

/**
 * Listens.
 *
 * @throws StartError where the port is in use or may not be used
 */
export async function listen(
  fetch: Fetch,
  { host, port }: { host: string; port: number },
): Promise<Listener> {
  const handle = getRequestListener(fetch);
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  // Slow or silent clients must not hold connections open for ever.
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: (graceMs) => close(server, graceMs),
  };
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function explain(error: Error, host: string, port: number): Error {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return new StartError(
      `Port ${port} on ${host} is in use: stop what uses it, or set PORT to another one.`,
    );
  }
  if (code === "EACCES")
    return new StartError(`Port ${port} on ${host} may not be used by this user: set PORT.`);
  if (code === "EADDRNOTAVAIL") return new StartError(`This machine has no address ${host}: set HOST.`);
  return error;
}
