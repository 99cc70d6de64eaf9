import type { BuiltRequest } from "./build-request.ts";

/**
 * A curl command for a POSIX shell that makes the request. The key is never written into it: `YOUR_API_KEY` stands
 * where it goes.
 *
 * @param origin the server: `https://billing.example.com`
 */
export function curlText(request: BuiltRequest, origin: string): string {
  const headers: [string, string][] = request.needsKey
    ? [["Authorization", "Bearer YOUR_API_KEY"], ...request.headers]
    : request.headers;
  const parts = [
    `curl -X ${request.method} ${quoted(origin + request.url)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(request.body === null ? [] : [`-d ${singleQuoted(request.body)}`]),
  ];
  return parts.join(" \\\n  ");
}

/** In double quotes, as the documentation writes it, unless the shell would read something into them. */
const quoted = (text: string): string => (/["$`\\!\n]/.test(text) ? singleQuoted(text) : `"${text}"`);

const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
