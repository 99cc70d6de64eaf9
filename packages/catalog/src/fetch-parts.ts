import { err, must, ok, type Result } from "@ratebook/core";
import { joinPages } from "./document/joined-pages.ts";
import type { FetchFailure } from "./fetch/failure.ts";
import type { FetchedDocument, SafeFetch, SafeFetchOptions } from "./fetch/safe-fetch.ts";

/** `{part}` in `address` stands for each of `parts`, of which there is at least one. */
export type PartsRequest = { address: string; parts: readonly string[]; options: SafeFetchOptions };

/**
 * Fetches the pages of a source one after the other and joins them into one document, as old as the first of them.
 *
 * A page that could not be read stands in it with its reason. Where none could be, the first one's failure is that of
 * the whole; where the first does not even answer, the others are not tried.
 */
export async function fetchParts(
  fetch: SafeFetch,
  { address, parts, options }: PartsRequest,
): Promise<Result<FetchedDocument, FetchFailure>> {
  // A joined document has no validators of its own; its hash tells whether it changed.
  const each = { ...options, etag: null, lastModified: null };
  const pages: { url: string; failure: string | null; text: string }[] = [];
  const fetched: Extract<FetchedDocument, { status: "fetched" }>[] = [];
  let failed: FetchFailure | null = null;
  for (const part of parts) {
    const url = address.replace("{part}", part.split("/").map(encodeURIComponent).join("/"));
    const page = await fetch(url, each);
    if (!page.ok) {
      failed ??= page.error;
      if (pages.length === 0 && page.error.status === null) break;
      pages.push({ url, failure: page.error.message, text: "" });
    } else if (page.value.status === "fetched") {
      fetched.push(page.value);
      pages.push({ url, failure: null, text: new TextDecoder().decode(page.value.body) });
    }
  }
  const [first] = fetched;
  if (first === undefined) return err(must(failed, "without validators a page is fetched or fails"));
  const body = new TextEncoder().encode(joinPages(pages));
  return ok({ ...first, url: new URL("/", first.url).href, etag: null, lastModified: null, body });
}
