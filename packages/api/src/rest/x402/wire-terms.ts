import type { X402Terms } from "@ratebook/billing";

/** A 402 in both versions of the protocol: the body is version 1's where the network has a name there. */
export type WireTerms = { body: { x402Version: 1 | 2; error: string; accepts: object[] }; header: string };

/**
 * Writes terms for clients of both versions. `extra.intentId` names the terms: a client that sends back what it accepted
 * cannot pay them twice.
 */
export function wireTerms(terms: X402Terms, error: string): WireTerms {
  const { network, networkV1, asset, payTo, maxTimeoutSeconds, token, units, resource } = terms;
  const common = {
    scheme: "exact",
    payTo,
    asset,
    maxTimeoutSeconds,
    extra: { name: token.name, version: token.version, intentId: terms.intentId },
  };
  const accepted = { ...common, network, amount: units.toString() };
  const about = { description: "Credits for this organization", mimeType: "application/json" };
  const version2 = {
    x402Version: 2 as const,
    error,
    resource: { url: resource, ...about },
    accepts: [accepted],
  };
  const header = encode(version2);
  if (networkV1 === null) return { body: { x402Version: 2, error, accepts: [accepted] }, header };
  const version1 = {
    ...common,
    network: networkV1,
    maxAmountRequired: units.toString(),
    resource,
    ...about,
    outputSchema: {},
  };
  return { body: { x402Version: 1, error, accepts: [version1] }, header };
}

/** What `PAYMENT-RESPONSE` and `X-PAYMENT-RESPONSE` say of a payment that was taken. */
export const wireReceipt = (it: { network: string; transaction: string; payer: string }): string =>
  encode({ success: true, ...it });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
