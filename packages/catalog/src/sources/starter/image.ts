import { READ_ON, type StarterOffering } from "./offering.ts";

/** Image models sold by the image. Token prices of the same models come from other sources. */
export const IMAGE: readonly StarterOffering[] = [
  perImage(
    "google",
    "gemini-2.5-flash-image",
    "Gemini 2.5 Flash Image",
    "0.039",
    "https://ai.google.dev/gemini-api/docs/pricing",
  ),
  perImage("black-forest-labs", "flux-kontext-max", "FLUX.1 Kontext [max]", "0.08", "https://bfl.ai"),
];

function perImage(
  provider: string,
  model: string,
  name: string,
  usd: string,
  sourceUrl: string,
): StarterOffering {
  return {
    provider,
    model,
    modality: "image",
    name,
    listed: true,
    defaultRequest: { quantities: { image: 1 } },
    sourceUrl,
    checkedAt: READ_ON,
    rates: [{ meter: "image", usd, per: 1, when: {} }],
  };
}
