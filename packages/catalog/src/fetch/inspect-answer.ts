import { err, ok, type Result } from "@ratebook/core";
import type { Dispatcher } from "undici";
import { excerptOf } from "../document/read-text.ts";
import { type FetchFailure, fetchFailure } from "./failure.ts";
import type { Attempt } from "./fetch-once.ts";
import { type BodyFailure, beginningOf, discardBody, readBody } from "./read-body.ts";
import type { FetchedDocument } from "./safe-fetch.ts";

/** Decides what a final answer is: the document, "not modified", or a failure that says which check it failed. */
export async function inspectAnswer(
  url: string,
  answer: Dispatcher.ResponseData,
  attempt: Attempt,
): Promise<Result<FetchedDocument, FetchFailure>> {
  const { statusCode: status } = answer;
  const header = (name: string) => firstOf(answer.headers[name]);
  const host = new URL(url).host;
  const validators = { etag: header("etag"), lastModified: header("last-modified") };
  const conditional = attempt.etag !== null || attempt.lastModified !== null;
  if (status === 304 && conditional) {
    discardBody(answer.body);
    return ok({ status: "not_modified", url, ...validators, fetchedAt: attempt.now() });
  }

  const contentType = (header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const challenged = CHALLENGE_HEADERS.some((name) => header(name)?.toLowerCase() === "challenge");
  const failed = status !== 200 || challenged || !attempt.contentTypes.includes(contentType);
  const limit = failed ? EXCERPT_BYTES : attempt.maxBytes;
  const body = await readBody(answer.body, header("content-encoding"), limit);
  if (!failed && body.ok) return fetched(body.value);
  const beginning = beginningOf(body);
  const excerpt = beginning === null ? null : excerptOf(beginning);
  if (!failed && !body.ok) return err(bodyFailure(url, status, body.error, excerpt));

  if (challenged) {
    const message = `${host} answered with a bot challenge instead of the document.`;
    return err(fetchFailure("challenge_page", url, message, { status, excerpt }));
  }
  if (status === 200) {
    const message = `${host} answered with ${contentType || "no media type"}, not ${attempt.contentTypes.join(" or ")}.`;
    return err(fetchFailure("wrong_content_type", url, message, { status, excerpt }));
  }
  const retryable = status === 408 || status === 429 || status >= 500;
  const waitSeconds = retryAfterSeconds(header("retry-after"), attempt.now());
  const message = `${host} answered with status ${status}.`;
  return err(
    fetchFailure("http_status", url, message, { status, excerpt, retryable, retryAfterSeconds: waitSeconds }),
  );

  function fetched(bytes: Uint8Array): Result<FetchedDocument, FetchFailure> {
    const at = { url, httpStatus: status, contentType, fetchedAt: attempt.now() };
    return ok({ status: "fetched", ...at, ...validators, body: bytes });
  }
}

function bodyFailure(url: string, status: number, error: BodyFailure, excerpt: string | null): FetchFailure {
  const host = new URL(url).host;
  if (error.kind === "too_large") {
    const message = `The document of ${host} is larger than ${error.limit} bytes.`;
    return fetchFailure("too_large", url, message, { status, excerpt });
  }
  const message = `The answer of ${host} could not be decompressed.`;
  return fetchFailure("unreadable_body", url, message, { status, retryable: error.kind === "corrupt" });
}

/** Seconds of a `Retry-After` header, which holds seconds or a date. */
export function retryAfterSeconds(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

const firstOf = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;

const CHALLENGE_HEADERS = ["x-vercel-mitigated", "cf-mitigated"];
const EXCERPT_BYTES = 64 * 1024;
