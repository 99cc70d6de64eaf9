import { type ApiDocument, readApiDocument } from "./api-document.ts";

/** Fetches the OpenAPI document of this server. Throws an Error with a sentence where there is none that can be read. */
export async function fetchApiDocument(signal: AbortSignal): Promise<ApiDocument> {
  const response = await fetch("/api/openapi.json", { signal, credentials: "omit" });
  if (!response.ok)
    throw new Error(`The API document could not be read: the server answered ${response.status}.`);
  const document = readApiDocument(await response.json());
  if (!document.ok) throw new Error(`The API document is not OpenAPI 3.1: ${document.error.message}.`);
  return document.value;
}
