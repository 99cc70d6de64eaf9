import { createServer, type Server } from "node:http";

/** What a price source answers next. */
export type Answer = { status?: number; type?: string; body: string; etag?: string };
/** A price source that answers what it is told to, and counts how often it was asked. */
export type Upstream = { url: string; answer: Answer; asked: number; close: () => Promise<void> };

/** Listens on a free port of this machine. */
export async function listen(): Promise<Upstream> {
  const state = { url: "", answer: { body: "" } as Answer, asked: 0 };
  const http: Server = createServer((request, response) => {
    state.asked++;
    const { status = 200, type = "application/json", body, etag } = state.answer;
    const unchanged = etag !== undefined && request.headers["if-none-match"] === etag;
    response.writeHead(unchanged ? 304 : status, { "content-type": type, ...(etag && { etag }) });
    response.end(unchanged ? "" : body);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  state.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/prices.json`;
  return Object.assign(state, {
    close: () => new Promise<void>((resolve) => http.close(() => resolve())),
  });
}
