import type { X402Authorization, X402Transfer } from "@ratebook/billing";
import { BaseError, type Hex, type PublicClient, parseEventLogs, type TransactionReceipt } from "viem";
import { authorizationUsed, eip3009Abi, transferred } from "./eip3009.ts";
import { asHex } from "./hex.ts";

export type TransferQuery = {
  asset: string;
  payTo: string;
  authorization: X402Authorization;
  fromBlock: bigint;
  transaction: string | undefined;
  timeoutMs: number;
};

/** What the chain knows of an authorization: the transaction that used it, or that none did. */
export async function findTransfer(client: PublicClient, query: TransferQuery): Promise<X402Transfer> {
  try {
    if (query.transaction !== undefined) {
      const hinted = await readHint(client, query, asHex(query.transaction));
      if (hinted !== null) return hinted;
    }
    return await search(client, query);
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    return { kind: "unknown", message: error.shortMessage };
  }
}

/** Waits for a transaction somebody named; null where it is not the one, whoever says so. */
async function readHint(client: PublicClient, query: TransferQuery, hash: Hex): Promise<X402Transfer | null> {
  const receipt = await client.waitForTransactionReceipt({ hash, timeout: query.timeoutMs });
  return paidBy(receipt, query);
}

async function search(client: PublicClient, query: TransferQuery): Promise<X402Transfer> {
  const { authorization, fromBlock } = query;
  const address = asHex(query.asset);
  const nonce = asHex(authorization.nonce);
  const from = asHex(authorization.from);
  // Read before the state, so that "unused, and its time is over" cannot be a race with the last block.
  const block = await client.getBlock({ blockTag: "latest" });
  const used = await client.readContract({
    address,
    abi: eip3009Abi,
    functionName: "authorizationState",
    args: [from, nonce],
    blockNumber: block.number,
  });
  if (!used) return { kind: "unused", expired: block.timestamp >= authorization.validBefore };
  const start = fromBlock > NODES_APART ? fromBlock - NODES_APART : 0n;
  for (let first = start; first <= block.number; first += BLOCKS_AT_ONCE) {
    const last = first + BLOCKS_AT_ONCE - 1n;
    const logs = await client.getLogs({
      address,
      event: authorizationUsed[0],
      args: { authorizer: from, nonce },
      fromBlock: first,
      toBlock: last < block.number ? last : block.number,
    });
    for (const { transactionHash } of logs) {
      const receipt = await client.getTransactionReceipt({ hash: transactionHash });
      const paid = paidBy(receipt, query);
      if (paid !== null) return paid;
    }
  }
  return { kind: "void", message: "the authorization was used without paying us" };
}

/** The transfer this receipt proves; null where it proves none of this authorization. */
function paidBy(
  receipt: TransactionReceipt,
  { asset, payTo, authorization }: TransferQuery,
): X402Transfer | null {
  if (receipt.status !== "success") return null;
  const logs = receipt.logs.filter(({ address }) => address.toLowerCase() === asset);
  const used = parseEventLogs({ abi: authorizationUsed, logs }).some(
    ({ args }) =>
      args.authorizer.toLowerCase() === authorization.from &&
      args.nonce.toLowerCase() === authorization.nonce,
  );
  if (!used) return null;
  const paid = parseEventLogs({ abi: transferred, logs }).find(
    ({ args }) =>
      args.from.toLowerCase() === authorization.from &&
      args.to.toLowerCase() === payTo &&
      args.value === authorization.value,
  );
  if (paid === undefined) return null;
  return { kind: "done", transaction: receipt.transactionHash.toLowerCase(), value: paid.args.value };
}

/** A public node's answers come from several machines, some of them a little behind. */
const NODES_APART = 50n;
/** Public nodes answer for so many blocks at a time. */
const BLOCKS_AT_ONCE = 5_000n;
