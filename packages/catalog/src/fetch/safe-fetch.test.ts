import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { serve } from "../testing/http-server.ts";
import { type SafeFetchOptions, safeFetch } from "./safe-fetch.ts";

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** Options for a local server: loopback allowed, waits recorded instead of waited. */
function local(host: string, more: Partial<SafeFetchOptions> = {}) {
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(waits.push(ms));
  const options = { hosts: [host], contentTypes: ["application/json"], allowLoopback: true, sleep, ...more };
  return { options, waits };
}

const text = (body: Uint8Array) => new TextDecoder().decode(body);

describe("what may be reached", () => {
  const strict = { hosts: ["prices.example"], contentTypes: ["application/json"], retries: 0 };

  test.each([
    ["not a url", "no", "invalid_url"],
    ["http", "http://prices.example/a", "invalid_url"],
    ["a file", "file:///etc/passwd", "invalid_url"],
    ["credentials", "https://user:pass@prices.example/a", "invalid_url"],
    ["another host", "https://evil.example/a", "host_not_allowed"],
    ["another port", "https://prices.example:8443/a", "host_not_allowed"],
    ["a longer name", "https://prices.example.evil.example/a", "host_not_allowed"],
  ])("%s is refused before anything is resolved", async (_name, url, kind) => {
    const resolve = () => Promise.reject(new Error("nothing may be resolved"));
    expect(await safeFetch(url, { ...strict, resolve })).toMatchObject({ ok: false, error: { kind } });
  });

  test.each(["10.0.0.7", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a00:1", "127.0.0.1"])(
    "a public name that resolves to %s is refused",
    async (address) => {
      const resolve = () =>
        Promise.resolve([{ address, family: address.includes(":") ? (6 as const) : (4 as const) }]);
      const result = await safeFetch("https://prices.example/a", { ...strict, resolve });
      expect(result).toMatchObject({ ok: false, error: { kind: "address_refused", retryable: false } });
      expect(!result.ok && result.error.message).toContain(address);
    },
  );

  test.each(["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"])(
    "the literal address %s is refused even when its host is listed",
    async (url) => {
      const hosts = [new URL(url).host];
      expect(await safeFetch(url, { ...strict, hosts })).toMatchObject({
        ok: false,
        error: { kind: "address_refused" },
      });
    },
  );

  test("plain http is for this machine only, even with loopback allowed", async () => {
    const resolve = () => Promise.resolve([{ address: "1.1.1.1", family: 4 as const }]);
    const result = await safeFetch("http://prices.example/a", { ...strict, allowLoopback: true, resolve });
    expect(result).toMatchObject({ ok: false, error: { kind: "invalid_url" } });
  });

  test("a name without an address is a typed failure that may pass", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }));
    const result = await safeFetch("https://prices.example/a", { ...strict, resolve });
    expect(result).toMatchObject({ ok: false, error: { kind: "name_not_resolved", retryable: true } });
  });

  test("the connection goes to the address that was checked, which is resolved once", async () => {
    const server = await serve((_request, response) => response.writeHead(200, JSON_TYPE).end("{}"));
    const port = server.host.split(":")[1];
    let resolved = 0;
    const resolve = () => {
      resolved += 1;
      return Promise.resolve([{ address: resolved === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 as const }]);
    };
    const { options } = local(`prices.example:${port}`, { resolve });
    expect(await safeFetch(`http://prices.example:${port}/`, options)).toMatchObject({ ok: true });
    expect(resolved).toBe(1);
  });
});

describe("redirects", () => {
  test("up to three are followed, and the final address is reported", async () => {
    const server = await serve((request, response) => {
      const hop = Number(request.url?.slice(1) || 0);
      if (hop < 3) response.writeHead(302, { location: `/${hop + 1}` }).end();
      else response.writeHead(200, JSON_TYPE).end('{"hop":3}');
    });
    const result = await safeFetch(server.url, local(server.host).options);
    expect(result).toMatchObject({ ok: true, value: { status: "fetched", url: `${server.url}3` } });
  });

  test("a fourth is refused", async () => {
    const server = await serve((_request, response) => response.writeHead(302, { location: "/again" }).end());
    const result = await safeFetch(server.url, local(server.host).options);
    expect(result).toMatchObject({ ok: false, error: { kind: "too_many_redirects" } });
  });

  test.each([
    ["a host that is not listed", "https://evil.example/x", "host_not_allowed"],
    ["a cloud's metadata service", "http://169.254.169.254/latest/meta-data", "host_not_allowed"],
    ["a file", "file:///etc/passwd", "invalid_url"],
  ])("one to %s is refused", async (_name, location, kind) => {
    const server = await serve((_request, response) => response.writeHead(302, { location }).end());
    expect(await safeFetch(server.url, local(server.host).options)).toMatchObject({
      ok: false,
      error: { kind },
    });
  });

  test("one to a listed host with a private address is refused", async () => {
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: "https://inside.example/x" }).end(),
    );
    const resolve = () => Promise.resolve([{ address: "192.168.1.5", family: 4 as const }]);
    const { options } = local(server.host, { hosts: [server.host, "inside.example"], resolve });
    expect(await safeFetch(server.url, options)).toMatchObject({
      ok: false,
      error: { kind: "address_refused" },
    });
  });

  test("a key is not sent on to another host", async () => {
    const seen: (string | undefined)[] = [];
    const second = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, JSON_TYPE).end("{}");
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: second.url }).end();
    });
    const hosts = [first.host, second.host];
    const { options } = local(first.host, { hosts, headers: { authorization: "Key secret" } });
    expect(await safeFetch(first.url, options)).toMatchObject({ ok: true });
    expect(seen).toEqual(["Key secret", undefined]);
  });
});

describe("the answer", () => {
  test("a document comes with its validators, its time and our name in the request", async () => {
    let agent: string | undefined;
    const server = await serve((request, response) => {
      agent = request.headers["user-agent"];
      const headers = { ...JSON_TYPE, etag: '"v1"', "last-modified": "Sat, 01 Aug 2026 00:00:00 GMT" };
      response.writeHead(200, headers).end('{"a":1}');
    });
    const now = () => new Date("2026-11-22T10:00:00Z");
    const result = await safeFetch(server.url, local(server.host, { now }).options);
    expect(result).toMatchObject({
      ok: true,
      value: {
        status: "fetched",
        httpStatus: 200,
        etag: '"v1"',
        contentType: "application/json",
        fetchedAt: now(),
      },
    });
    expect(agent).toContain("Ratebook");
  });

  test("validators are sent, and an unchanged document is not_modified", async () => {
    const server = await serve((request, response) => {
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304, { etag: '"v1"' }).end();
      else response.writeHead(200, JSON_TYPE).end("{}");
    });
    const result = await safeFetch(server.url, local(server.host, { etag: '"v1"' }).options);
    expect(result).toMatchObject({ ok: true, value: { status: "not_modified", etag: '"v1"' } });
  });

  test("a 304 nobody asked for is a failure", async () => {
    const server = await serve((_request, response) => response.writeHead(304).end());
    const result = await safeFetch(server.url, local(server.host).options);
    expect(result).toMatchObject({ ok: false, error: { kind: "http_status", status: 304 } });
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("%s is decompressed", async (encoding, compress) => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": encoding }).end(compress('{"a":1}')),
    );
    const result = await safeFetch(server.url, local(server.host).options);
    expect(result.ok && result.value.status === "fetched" && text(result.value.body)).toBe('{"a":1}');
  });

  test("the size cap counts decompressed bytes: a bomb is refused, the last allowed byte is not", async () => {
    const server = await serve((request, response) => {
      const size = request.url === "/bomb" ? 5_000_000 : 1000;
      const body = gzipSync(Buffer.alloc(size, 0x20));
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(body);
    });
    const { options } = local(server.host, { maxBytes: 1000 });
    expect(await safeFetch(server.url, options)).toMatchObject({ ok: true });
    expect(await safeFetch(`${server.url}bomb`, options)).toMatchObject({
      ok: false,
      error: { kind: "too_large", retryable: false },
    });
  });

  test("broken compression and unknown encodings are failures, not crashes", async () => {
    const server = await serve((request, response) => {
      const encoding = request.url === "/odd" ? "zstd-x" : "gzip";
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": encoding }).end("this is not compressed");
    });
    const { options } = local(server.host, { retries: 0 });
    for (const url of [server.url, `${server.url}odd`]) {
      expect(await safeFetch(url, options)).toMatchObject({ ok: false, error: { kind: "unreadable_body" } });
    }
  });

  test("HTML where JSON was due is a failure that shows what came", async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>\n<title>Sign in</title>"),
    );
    expect(await safeFetch(server.url, local(server.host).options)).toMatchObject({
      ok: false,
      error: { kind: "wrong_content_type", excerpt: "<html> <title>Sign in</title>", retryable: false },
    });
  });

  test("a failure shows the beginning of what came, however long it is", async () => {
    const long = `<html>${"x".repeat(300_000)}`;
    const server = await serve((request, response) => {
      const isPage = request.url === "/page";
      response.writeHead(isPage ? 404 : 200, isPage ? { "content-type": "text/html" } : JSON_TYPE).end(long);
    });
    const { options } = local(server.host, { maxBytes: 100_000 });
    const excerpt = expect.stringMatching(/^<html>x{100,}$/);
    expect(await safeFetch(`${server.url}page`, options)).toMatchObject({
      error: { kind: "http_status", excerpt },
    });
    expect(await safeFetch(server.url, options)).toMatchObject({ error: { kind: "too_large", excerpt } });
  });

  test.each([
    [403, "x-vercel-mitigated"],
    [429, "x-vercel-mitigated"],
    [200, "cf-mitigated"],
  ])("a challenge page (%i, %s) is recognised and not asked for again", async (status, header) => {
    let requests = 0;
    const server = await serve((_request, response) => {
      requests += 1;
      response
        .writeHead(status, { "content-type": "text/html", [header]: "challenge" })
        .end("<html>prove it");
    });
    expect(await safeFetch(server.url, local(server.host).options)).toMatchObject({
      ok: false,
      error: { kind: "challenge_page", status },
    });
    expect(requests).toBe(1);
  });
});

describe("trying again", () => {
  test("a server that recovers is asked again after growing waits", async () => {
    let requests = 0;
    const server = await serve((_request, response) => {
      requests += 1;
      if (requests < 3) response.writeHead(503).end("busy");
      else response.writeHead(200, JSON_TYPE).end("{}");
    });
    const { options, waits } = local(server.host);
    expect(await safeFetch(server.url, options)).toMatchObject({ ok: true });
    expect(waits).toEqual([1000, 2000]);
  });

  test("the wait a server asks for is kept, up to a minute", async () => {
    let requests = 0;
    const server = await serve((_request, response) => {
      requests += 1;
      response.writeHead(429, { "retry-after": requests === 1 ? "7" : "86400" }).end();
    });
    const { options, waits } = local(server.host);
    expect(await safeFetch(server.url, options)).toMatchObject({ ok: false, error: { status: 429 } });
    expect(waits).toEqual([7000, 60_000]);
  });

  test("what cannot get better is not asked for again", async () => {
    let requests = 0;
    const server = await serve((_request, response) => {
      requests += 1;
      response.writeHead(404).end("gone");
    });
    const { options, waits } = local(server.host);
    expect(await safeFetch(server.url, options)).toMatchObject({
      ok: false,
      error: { kind: "http_status", status: 404, excerpt: "gone" },
    });
    expect([requests, waits]).toEqual([1, []]);
  });

  test("a connection that is cut is a typed failure", async () => {
    const server = await serve((request) => request.socket.destroy());
    const result = await safeFetch(server.url, local(server.host).options);
    expect(result).toMatchObject({ ok: false, error: { kind: "network", retryable: true } });
  });

  test("a body that is cut is a typed failure, compressed or not", async () => {
    const server = await serve((request, response) => {
      const encoding = request.url === "/gzip" ? { "content-encoding": "gzip" } : {};
      response.writeHead(200, { ...JSON_TYPE, ...encoding, "content-length": "1000" });
      response.write(gzipSync("{}").subarray(0, 5), () => request.socket.destroy());
    });
    const { options } = local(server.host, { retries: 0 });
    for (const url of [server.url, `${server.url}gzip`]) {
      expect(await safeFetch(url, options)).toMatchObject({ ok: false, error: { kind: "network" } });
    }
  });

  test("a server that never finishes is given up on", async () => {
    const server = await serve((request, response) => {
      if (request.url === "/slow") response.writeHead(200, JSON_TYPE).write("{");
    });
    const { options } = local(server.host, { timeoutMs: 60, retries: 0 });
    for (const url of [server.url, `${server.url}slow`]) {
      expect(await safeFetch(url, options)).toMatchObject({ ok: false, error: { kind: "timed_out" } });
    }
  });

  test("a resolver that never answers is given up on", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const options = {
      hosts: ["prices.example"],
      contentTypes: ["application/json"],
      resolve,
      timeoutMs: 30,
      retries: 0,
    };
    expect(await safeFetch("https://prices.example/", options)).toMatchObject({
      ok: false,
      error: { kind: "timed_out" },
    });
  });
});
