// Prints a curl line that buys credits on a server started with X402_NETWORK=development.
//
//   node packages/payments/src/x402/local-chain/print-curl.ts <server address> <API key> [dollars]
import { z } from "zod";
import { developmentPayer } from "./development-payer.ts";
import { paymentHeader, signTransfer } from "./signed-payment.ts";

const Terms = z.object({
  accepts: z.tuple([
    z.object({
      network: z.literal("base-sepolia"),
      maxAmountRequired: z.string(),
      payTo: z.string(),
      asset: z.templateLiteral(["0x", z.string()]),
    }),
  ]),
});

const [server, key, dollars = "1"] = process.argv.slice(2);
if (server === undefined || key === undefined) {
  console.error("usage: print-curl.ts <server address> <API key> [dollars]");
  process.exit(1);
}
const address = new URL(`/api/v1/credits/topup?amount=${encodeURIComponent(dollars)}`, server);
const answer = await fetch(address, { method: "POST", headers: { authorization: `Bearer ${key}` } });
const body: unknown = await answer.json();
if (answer.status !== 402) {
  console.error(`${address} did not ask for a payment:`, body);
  process.exit(1);
}
const [terms] = Terms.parse(body).accepts;
const chain = { asset: terms.asset, network: { chainId: 84_532 } };
const value = BigInt(terms.maxAmountRequired);
const signed = await signTransfer(chain, developmentPayer(), {
  to: terms.payTo.toLowerCase(),
  value,
  version: 1,
});
const header = paymentHeader(signed, { network: terms.network });
console.log(
  `curl -X POST "${address}" \\\n  -H "Authorization: Bearer ${key}" \\\n  -H "X-PAYMENT: ${header}"`,
);
