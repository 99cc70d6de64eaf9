import { z } from "zod";
import { ExternalId, plainText, shortText } from "./text.ts";

export const PortalSessionInput = z.strictObject({
  customer: ExternalId.optional().meta({ description: "Our id or yours", example: "acme" }),
  returnUrl: shortText(2_000).optional().meta({
    description: "Where the customer comes back to: an address of an origin that an operator allowed",
    example: "https://app.example.com/account",
  }),
});

/** How the platform looks to its customers; the verb says what is wrong with a colour or a picture. */
export const BrandingInput = z.strictObject({
  name: shortText(60),
  color: plainText(20),
  logo: plainText(100_000).nullable(),
  supportEmail: z.email().max(254).nullable(),
  returnOrigins: z.array(shortText(300)).max(20),
});
