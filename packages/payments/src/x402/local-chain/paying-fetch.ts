import { ExactEvmScheme } from "@x402/evm/exact/client";
import { ExactEvmSchemeV1 } from "@x402/evm/v1";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import type { PrivateKeyAccount } from "viem/accounts";

/**
 * The official client, as a program would use it: a `fetch` that pays when it is asked to.
 *
 * @param version of the protocol; version 1 clients know nothing of version 2's header, so they are not shown it
 * @param maxUsd the client's own limit for one payment; its default is 1
 */
export function payingFetch(
  payer: PrivateKeyAccount,
  { version, maxUsd }: { version: 1 | 2; maxUsd?: number },
): typeof fetch {
  const client = new x402Client();
  if (version === 2) client.register("eip155:*", new ExactEvmScheme(payer));
  else client.registerV1("base-sepolia", new ExactEvmSchemeV1(payer));
  if (maxUsd !== undefined) client.setSpendControls({ maxAmountPerPayment: `$${maxUsd}` });
  return wrapFetchWithPayment(version === 2 ? fetch : withoutVersion2, client);
}

const withoutVersion2: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const headers = new Headers(response.headers);
  headers.delete("payment-required");
  const { status, statusText } = response;
  return new Response(await response.arrayBuffer(), { status, statusText, headers });
};
