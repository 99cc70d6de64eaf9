import type { X402Authorization } from "@ratebook/billing";
import { type FacilitatorClient, HTTPFacilitatorClient } from "@x402/core/http";
import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import type { X402Network } from "./networks.ts";

/** Who brings a signed transfer to the chain and pays for its gas. */
export type X402Facilitator = Pick<FacilitatorClient, "verify" | "settle">;

/**
 * A facilitator elsewhere, by HTTP.
 *
 * @param token sent as a bearer token, where it wants one
 */
export const httpFacilitator = (url: string, token: string | null = null): X402Facilitator => {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  return new HTTPFacilitatorClient({
    url,
    createAuthHeaders: async () => ({ verify: headers, settle: headers, supported: headers }),
  });
};

/** What is sent to a facilitator. */
export type FacilitatorRequest = { payload: PaymentPayload; requirements: PaymentRequirements };

/**
 * Writes a request from what was verified, never from what the client sent beside it: the amount asked for is the amount
 * signed, so that a facilitator which wants them equal takes an over-payment too.
 */
export function facilitatorRequest(
  authorization: X402Authorization,
  terms: {
    network: X402Network;
    asset: string;
    payTo: string;
    name: string;
    version: string;
    resource: string;
  },
): FacilitatorRequest {
  const { version, signature, from, to, value, validAfter, validBefore, nonce } = authorization;
  const payload = {
    signature,
    authorization: {
      from,
      to,
      value: value.toString(),
      validAfter: validAfter.toString(),
      validBefore: validBefore.toString(),
      nonce,
    },
  };
  const common = {
    scheme: "exact",
    payTo: terms.payTo,
    asset: terms.asset,
    maxTimeoutSeconds: 600,
    extra: { name: terms.name, version: terms.version },
  };
  if (version === 1) {
    const network = terms.network.nameV1;
    return asVersion2({
      payload: { x402Version: 1, scheme: "exact", network, payload },
      requirements: {
        ...common,
        network,
        maxAmountRequired: value.toString(),
        resource: terms.resource,
        description: "Credits",
        mimeType: "application/json",
        outputSchema: {},
      },
    });
  }
  const network = `eip155:${terms.network.chainId}` as const;
  const requirements = { ...common, network, amount: value.toString() };
  return { payload: { x402Version: 2, accepted: requirements, payload }, requirements };
}

/** The client's types know version 2 only; it sends `x402Version` and both parts as they are, as version 1 wants. */
const asVersion2 = (request: { payload: object; requirements: object }): FacilitatorRequest =>
  request as FacilitatorRequest;
