import { errorAnswer } from "./errors.ts";

/** Parts of the documented product that Ratebook does not bill, by the beginning of their addresses. */
const NOT_OFFERED: readonly { prefix: RegExp; what: string }[] = [
  { prefix: /^\/api\/(v1\/)?app-credits(\/|$)/, what: "App credits are" },
  {
    prefix: /^\/api\/(v1\/)?apps\/[^/]+\/(credits|earnings|monetization|charges)(\/|$)/,
    what: "App credits are",
  },
  { prefix: /^\/api\/(v1\/)?affiliates?(\/|$)/, what: "Affiliates are" },
  { prefix: /^\/api\/(v1\/)?redemptions?(\/|$)/, what: "Redemptions are" },
  { prefix: /^\/api\/(v1\/)?x402(\/|$)/, what: "The x402 facilitator is" },
  { prefix: /^\/api\/(v1\/)?agents(\/|$)/, what: "Agents are" },
  {
    prefix: /^\/api\/(v1\/)?(chat|embeddings|generate-image|generate-video|voice|models)(\/|$)/,
    what: "Models are",
  },
];

/** The 404 of an address that the documented product has and this service leaves to the platform; null for others. */
export function notOffered(path: string) {
  const found = NOT_OFFERED.find(({ prefix }) => prefix.test(path));
  if (found === undefined) return null;
  return errorAnswer(
    404,
    "not_offered",
    `${found.what} not offered by this billing service; send this request to the platform itself.`,
    { details: { path } },
  );
}
