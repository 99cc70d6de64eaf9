import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

type Page = { body: Uint8Array<ArrayBuffer>; etag: string; headers: Record<string, string> };

/**
 * Reads the admin's built files into memory and makes the function that serves them. Addresses that name
 * no file are the app's own and get its index; files whose name carries a hash are cached for ever, all others revalidated.
 *
 * @param folder the admin's `dist`; while it is missing every page says how to build it
 */
export async function createPages(folder: string): Promise<(request: Request) => Promise<Response>> {
  const pages = await readPages(folder);
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const path = new URL(request.url).pathname;
    const page = pages.get(path) ?? (isFile(path) ? undefined : pages.get("/index.html"));
    if (page === undefined) return pages.size === 0 ? notBuilt() : notFound();
    if (request.headers.get("if-none-match") === page.etag) {
      return new Response(null, { status: 304, headers: page.headers });
    }
    return new Response(request.method === "HEAD" ? null : page.body, { headers: page.headers });
  };
}

/** A model's name may hold a dot, so only endings that files have tell a file. */
const isFile = (path: string): boolean => path.startsWith("/assets/") || extname(path) in CONTENT_TYPES;

async function readPages(folder: string): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    const file = join(entry.parentPath, entry.name);
    const body = new Uint8Array(await readFile(file));
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    pages.set(path, {
      body,
      etag,
      headers: {
        "content-type": CONTENT_TYPES[extname(path)] ?? "application/octet-stream",
        "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        etag,
      },
    });
  }
  return pages;
}

const text = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
const notFound = (): Response => new Response("Not found.\n", { status: 404, headers: text });
const notBuilt = (): Response =>
  new Response("The admin is not built yet: run `npm run build`.\n", { status: 503, headers: text });

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};
