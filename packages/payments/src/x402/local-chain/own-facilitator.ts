import { x402Facilitator } from "@x402/core/facilitator";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { registerExactEvmScheme } from "@x402/evm/exact/facilitator";
import type { VerifyTypedDataParameters } from "viem";
import type { X402Facilitator } from "../facilitator.ts";
import type { LocalChain } from "./start-local-chain.ts";

/**
 * The facilitator of a local chain, called in process: it has no address, so no stranger can spend its gas. Never used
 * on a network where gas costs something.
 */
export function ownFacilitator({ client, sender }: Pick<LocalChain, "client" | "sender">): X402Facilitator {
  const signer = toFacilitatorEvmSigner(
    {
      address: sender.account.address,
      readContract: (call) => client.readContract({ ...call, args: call.args ?? [] }),
      verifyTypedData: (typed) => client.verifyTypedData(asTyped(typed)),
      writeContract: ({ address, abi, functionName, args, gas }) =>
        sender.writeContract({ address, abi, functionName, args, ...(gas !== undefined && { gas }) }),
      sendTransaction: (transaction) => sender.sendTransaction(transaction),
      waitForTransactionReceipt: (wait) => client.waitForTransactionReceipt(wait),
      getCode: (of) => client.getCode(of),
    },
    { confirmationTimeoutMs: 20_000 },
  );
  return registerExactEvmScheme(new x402Facilitator(), { signer, networks: "eip155:84532" });
}

/** The facilitator's calls name their types loosely; they are the typed data that its own schemes write. */
const asTyped = (typed: object): VerifyTypedDataParameters => typed as VerifyTypedDataParameters;
