/** Why a document was not fetched. `message` is one sentence for people; `retryable` says that waiting may help. */
export type FetchFailure = {
  kind:
    | "invalid_url"
    | "host_not_allowed"
    | "address_refused"
    | "name_not_resolved"
    | "too_many_redirects"
    | "too_large"
    | "timed_out"
    | "wrong_content_type"
    | "challenge_page"
    | "http_status"
    | "unreadable_body"
    | "network";
  url: string;
  message: string;
  /** Beginning of what came instead of the document, where something came. */
  excerpt: string | null;
  status: number | null;
  retryable: boolean;
  /** Seconds the server asked to wait, where it did. */
  retryAfterSeconds: number | null;
};

/** Builds a failure; what is not given is "no answer came, do not retry". */
export function fetchFailure(
  kind: FetchFailure["kind"],
  url: string,
  message: string,
  more: Partial<Pick<FetchFailure, "excerpt" | "status" | "retryable" | "retryAfterSeconds">> = {},
): FetchFailure {
  return {
    excerpt: null,
    status: null,
    retryable: false,
    retryAfterSeconds: null,
    ...more,
    kind,
    url,
    message,
  };
}
