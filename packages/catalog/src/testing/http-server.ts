import { createServer, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";

/** A real HTTP server on a free port of this machine, closed when the test ends. */
export async function serve(listener: RequestListener): Promise<{ url: string; host: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = `127.0.0.1:${address.port}`;
  return { url: `http://${host}/`, host };
}
