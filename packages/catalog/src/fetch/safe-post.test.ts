import { describe, expect, test } from "vitest";
import { serve } from "../testing/http-server.ts";
import { safePost } from "./safe-post.ts";

const message = {
  body: '{"type":"test"}',
  headers: { "content-type": "application/json", "webhook-id": "1" },
};
const publicAddress = () => Promise.resolve([{ address: "1.1.1.1", family: 4 as const }]);

describe("what may be reached", () => {
  test.each([
    ["http", "http://hooks.example/", "invalid_url"],
    ["a file", "file:///etc/passwd", "invalid_url"],
    ["credentials", "https://a:b@hooks.example/", "invalid_url"],
    ["loopback", "https://127.0.0.1/", "address_refused"],
    ["a private address", "https://192.168.1.1/", "address_refused"],
    ["the cloud's metadata", "https://169.254.169.254/latest", "address_refused"],
    ["a mapped loopback", "https://[::ffff:127.0.0.1]/", "address_refused"],
  ])("%s is refused before a byte is sent", async (_name, url, kind) => {
    expect(await safePost(url, { ...message, resolve: publicAddress })).toMatchObject({
      ok: false,
      error: { kind },
    });
  });

  test("a public name that resolves to a private address is refused, whatever is allowed", async () => {
    const resolve = () => Promise.resolve([{ address: "10.0.0.7", family: 4 as const }]);
    const answer = await safePost("https://hooks.example/", { ...message, resolve, allowLoopback: true });
    expect(answer).toMatchObject({ ok: false, error: { kind: "address_refused" } });
  });
});

describe("what is sent and what comes back", () => {
  test("the body and headers arrive as given, and the answer's beginning is text on one line", async () => {
    const got: { method: string | undefined; id: unknown; body: string }[] = [];
    const server = await serve((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        got.push({ method: request.method, id: request.headers["webhook-id"], body });
        response.writeHead(202, { "retry-after": "7" }).end(`<b>thanks</b>\n${"x".repeat(10_000)}`);
      });
    });
    const answer = await safePost(server.url, { ...message, allowLoopback: true });
    expect(got).toEqual([{ method: "POST", id: "1", body: message.body }]);
    expect(answer).toMatchObject({ ok: true, value: { status: 202, retryAfterSeconds: 7 } });
    const excerpt = answer.ok ? answer.value.excerpt : "";
    expect(excerpt).toMatch(/^<b>thanks<\/b> x{10,}$/);
    expect(excerpt.length).toBeLessThanOrEqual(200);
  });

  test("a redirect is an answer and is not followed", async () => {
    let asked = 0;
    const server = await serve((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: "http://169.254.169.254/" }).end();
    });
    const answer = await safePost(server.url, { ...message, allowLoopback: true });
    expect(answer).toMatchObject({ ok: true, value: { status: 307 } });
    expect(asked).toBe(1);
  });

  test("a server that never ends its answer is left after the time limit", async () => {
    const server = await serve((_request, response) => response.writeHead(200).write("a"));
    const answer = await safePost(server.url, { ...message, allowLoopback: true, timeoutMs: 200 });
    expect(answer).toMatchObject({ ok: false, error: { kind: "timed_out", retryable: true } });
  });

  test("an answer far too large is a short excerpt of its beginning, and still an answer", async () => {
    const server = await serve((_request, response) => response.writeHead(200).end("x".repeat(1_000_000)));
    expect(await safePost(server.url, { ...message, allowLoopback: true })).toMatchObject({
      ok: true,
      value: { status: 200, excerpt: "x".repeat(200) },
    });
  });
});
