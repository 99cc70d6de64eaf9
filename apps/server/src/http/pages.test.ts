import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPages } from "./pages.ts";

let folder: string;
let pages: (request: Request) => Promise<Response>;
const get = (path: string, headers: Record<string, string> = {}) =>
  pages(new Request(`http://admin.example${path}`, { headers }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ratebook-pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<title>admin</title>");
  await writeFile(join(folder, "assets/app-1a2b.js"), "run()");
  pages = await createPages(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the app's own addresses get its index, always revalidated", async () => {
  for (const path of ["/", "/wallets/123", "/catalogue/openai/gpt-5.2"]) {
    const page = await get(path);
    expect(await page.text()).toBe("<title>admin</title>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await get(path, { "if-none-match": String(page.headers.get("etag")) });
    expect(again.status).toBe(304);
  }
});

test("hashed files are kept for ever, missing ones are 404 and never the index", async () => {
  const script = await get("/assets/app-1a2b.js");
  expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect((await get("/assets/app-gone.js")).status).toBe(404);
});

test("nothing outside the folder is served", async () => {
  expect((await get("/..%2f..%2fetc%2fpasswd")).headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await (await get("/..%2f..%2fetc%2fpasswd")).text()).toBe("<title>admin</title>");
  expect((await get("/../../etc/passwd.txt")).status).toBe(404);
});

test("while the admin is not built, a page says how to build it", async () => {
  const empty = await createPages(join(folder, "missing"));
  const page = await empty(new Request("http://admin.example/"));
  expect(page.status).toBe(503);
  expect(await page.text()).toContain("npm run build");
});
