import { err, ok, type Result } from "@ratebook/core";
import { type ErrorAnswer, errorAnswer, payloadTooLarge } from "./errors.ts";

/**
 * Reads a JSON body of at most `limitBytes`; an empty body is `undefined`.
 *
 * @returns the answer to send where it is too large (413), of another type (415), or not JSON (400)
 */
export async function readJsonBody(
  request: Request,
  limitBytes: number,
): Promise<Result<unknown, ErrorAnswer>> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limitBytes) return err(payloadTooLarge(limitBytes));
  // A declared length is enforced by the HTTP server, so only a chunked body has to be counted.
  const text = declared === null ? await readCounted(request, limitBytes) : ok(await request.text());
  if (!text.ok) return text;
  if (text.value.trim() === "") return ok(undefined);
  const type = request.headers.get("content-type") ?? "application/json";
  if (!JSON_TYPE.test(type)) {
    return err(
      errorAnswer(415, "validation_error", "Send the body as JSON with Content-Type: application/json.", {
        details: { field: "content-type" },
      }),
    );
  }
  try {
    return ok(JSON.parse(text.value) as unknown);
  } catch {
    return err(
      errorAnswer(400, "validation_error", "body: is not valid JSON", { details: { field: "body" } }),
    );
  }
}

async function readCounted(request: Request, limitBytes: number): Promise<Result<string, ErrorAnswer>> {
  if (request.body === null) return ok("");
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limitBytes) return err(payloadTooLarge(limitBytes));
    text += decoder.decode(chunk, { stream: true });
  }
  return ok(text + decoder.decode());
}

// What curl sends for -d without a header is also taken for JSON: the documented lines do that.
const JSON_TYPE = /^application\/(?:[\w.+-]*\+)?json\b|^application\/x-www-form-urlencoded\b/i;
