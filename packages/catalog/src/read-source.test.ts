import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { safeFetch } from "./fetch/safe-fetch.ts";
import { readSource } from "./read-source.ts";
import { findSource, SOURCES } from "./registry.ts";
import { falPage } from "./sources/fal-page/source.ts";
import { litellm } from "./sources/litellm/source.ts";
import { openrouter } from "./sources/openrouter/source.ts";
import { starter } from "./sources/starter/source.ts";
import { serve } from "./testing/http-server.ts";

const document = readFileSync(new URL("sources/openrouter/fixtures/document.json", import.meta.url));
const options = { allowLoopback: true, retries: 0, now: () => new Date("2026-08-01T00:00:00Z") };
const never = () => Promise.reject(new Error("nothing may be fetched"));

test("a mirror is read in the source's place, and the raw document is kept with its hash and validators", async () => {
  const server = await serve((_request, response) =>
    response.writeHead(200, { "content-type": "application/json", etag: '"v1"' }).end(document),
  );
  const reading = await readSource(openrouter, {
    from: "origin",
    fetch: safeFetch,
    url: server.url,
    options,
  });
  if (!reading.ok || reading.value.status !== "parsed") throw new Error("not read");
  const { raw, parsed } = reading.value;
  expect(raw).toMatchObject({ url: server.url, httpStatus: 200, etag: '"v1"', fetchedAt: options.now() });
  expect(raw.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.from(raw.body)).toEqual(document);
  expect(parsed.document).toMatchObject({ source: "openrouter", asOf: "2026-08-01T00:00:00.000Z" });
});

test("an unchanged document is not parsed again", async () => {
  const server = await serve((_request, response) => response.writeHead(304).end());
  const input = { fetch: safeFetch, url: server.url, options: { ...options, etag: '"v1"' } };
  expect(await readSource(openrouter, { from: "origin", ...input })).toMatchObject({
    ok: true,
    value: { status: "not_modified", url: server.url },
  });
});

test("an HTML page is a failed fetch; a JSON of another shape is a failed document that is kept", async () => {
  const server = await serve((request, response) => {
    const type = request.url === "/html" ? "text/html" : "application/json";
    response
      .writeHead(200, { "content-type": type })
      .end(request.url === "/html" ? "<html>" : '{"error":"no"}');
  });
  const read = (path: string) =>
    readSource(openrouter, { from: "origin", fetch: safeFetch, url: server.url + path, options });
  expect(await read("html")).toMatchObject({
    ok: false,
    error: { kind: "fetch", failure: { kind: "wrong_content_type" } },
  });
  expect(await read("json")).toMatchObject({
    ok: false,
    error: { kind: "source", failure: { kind: "wrong_shape" }, raw: { httpStatus: 200 } },
  });
});

test("without a mirror only the source's own hosts are allowed", async () => {
  const asked: { url: string; hosts: readonly string[] }[] = [];
  const fetch: typeof safeFetch = (url, { hosts }) => {
    asked.push({ url, hosts });
    return Promise.reject(new Error("enough"));
  };
  await expect(readSource(litellm, { from: "origin", fetch })).rejects.toThrow("enough");
  expect(asked).toEqual([{ url: litellm.defaultUrl, hosts: ["raw.githubusercontent.com"] }]);
});

test("a mirror does not open this machine unless that is allowed by itself", async () => {
  const server = await serve((_request, response) => response.end());
  const reading = await readSource(openrouter, { from: "origin", fetch: safeFetch, url: server.url });
  expect(reading).toMatchObject({ ok: false, error: { kind: "fetch", failure: { kind: "invalid_url" } } });
});

test("a recorded document is read as if it had come from its address that day", async () => {
  const fetchedAt = new Date("2026-08-01T06:00:00Z");
  const reading = await readSource(openrouter, {
    from: "recording",
    body: document,
    url: "https://x.example",
    fetchedAt,
  });
  expect(reading).toMatchObject({ ok: true, value: { raw: { fetchedAt, httpStatus: null } } });
});

test("a bundled document is read without a fetch and is as old as its publication", async () => {
  const reading = await readSource(starter, { from: "origin", fetch: never });
  expect(reading).toMatchObject({
    ok: true,
    value: { raw: { fetchedAt: new Date("2026-11-22T00:00:00Z") } },
  });
});

test("sources are found by id, and no id is taken twice", () => {
  expect(findSource("litellm")).toBe(litellm);
  expect(findSource("nobody")).toBeNull();
  expect(new Set(SOURCES.map((source) => source.id)).size).toBe(SOURCES.length);
});

test("a source that needs a key is not asked without one, and the variable is named", async () => {
  const keyed = SOURCES.filter(({ key }) => key !== undefined);
  expect(keyed.length).toBeGreaterThan(0);
  for (const source of keyed) {
    expect(await readSource(source, { from: "origin", fetch: never, options })).toMatchObject({
      ok: false,
      error: { kind: "no_key", message: expect.stringContaining(source.key?.env ?? "?") },
    });
  }
});

test("a source in parts is read page by page, and a page that is gone takes no other with it", async () => {
  const asked: (string | undefined)[] = [];
  const server = await serve((request, response) => {
    asked.push(request.url);
    if (request.url === "/models/acme/gone/llms.txt") return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": "text/plain; charset=utf-8" })
      .end("## Overview\n- **Model ID**: `acme/brush`\n## Pricing\n- **Price**: $0.07 per images\n");
  });
  const source = { ...falPage, parts: ["acme/brush", "acme/gone"] };
  const from = {
    from: "origin",
    fetch: safeFetch,
    url: `${server.url}models/{part}/llms.txt`,
    options,
  } as const;
  const reading = await readSource(source, from);
  if (!reading.ok || reading.value.status !== "parsed") throw new Error("not read");
  expect(asked).toEqual(["/models/acme/brush/llms.txt", "/models/acme/gone/llms.txt"]);
  const { raw, parsed } = reading.value;
  expect(parsed.document.offerings.map(({ model }) => model)).toEqual(["acme/brush"]);
  expect(parsed.refused.map(({ offering, kind }) => [offering, kind])).toEqual([
    ["fal/acme/gone", "no_price"],
  ]);
  expect(await readSource(source, { ...from, heldSha256: raw.sha256 })).toMatchObject({
    ok: true,
    value: { status: "not_modified" },
  });
});

test("a source in parts fails as its first page does where none could be read", async () => {
  const server = await serve((_request, response) => response.writeHead(404).end());
  const address = `${server.url}{part}`;
  expect(
    await readSource(falPage, { from: "origin", fetch: safeFetch, url: address, options }),
  ).toMatchObject({
    ok: false,
    error: { kind: "fetch", failure: { kind: "http_status", status: 404 } },
  });
});
