import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import {
  type Account,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  defineChain,
  type Hex,
  type PublicClient,
  parseAbi,
  type TestClient,
  type Transport,
  type WalletClient,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { asHex } from "../hex.ts";
import type { X402Network } from "../networks.ts";
import { compileToken } from "./compile-token.ts";

/** A chain inside this process, with a dollar token that speaks EIP-3009. Gone when it is closed. */
export type LocalChain = {
  network: X402Network;
  asset: Hex;
  client: PublicClient;
  /** Moves the chain's clock and mines by hand. */
  control: TestClient;
  /** Sends transactions and has coins for gas: the account of the chain's own facilitator. */
  sender: WalletClient<Transport, Chain, Account>;
  /** Gives somebody dollars, in units of the token. */
  mint: (to: string, units: bigint) => Promise<void>;
  balanceOf: (owner: string) => Promise<bigint>;
  /** Asks the node itself. */
  request: (call: { method: string; params: unknown[] }) => Promise<unknown>;
  close: () => Promise<void>;
};

/**
 * Starts the chain. It takes the id of Base Sepolia, and the token the address of its USDC: clients in both protocol
 * versions know these names and pay without further settings. Nothing ever leaves the process.
 */
export async function startLocalChain(): Promise<LocalChain> {
  const environment = await createHardhatRuntimeEnvironment({
    networks: { local: { type: "edr-simulated", chainId: CHAIN_ID, chainType: "generic" } },
  });
  const connection = await environment.network.create("local");
  // In process nothing gets better by asking again; a reverted call would only be asked four times.
  const transport = custom(connection.provider, { retryCount: 0 });
  const chain = defineChain({
    id: CHAIN_ID,
    name: "local",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const pollingInterval = 50;
  const client = createPublicClient({ chain, transport, pollingInterval });
  const control = createTestClient({ chain, transport, mode: "hardhat" });
  const account = privateKeyToAccount(generatePrivateKey());
  const sender = createWalletClient({ chain, transport, account, pollingInterval });
  // Two that send from one account at the same time take the same nonce: mints wait for each other, and for no settlement.
  const owner = privateKeyToAccount(generatePrivateKey());
  const minter = createWalletClient({ chain, transport, account: owner, pollingInterval });
  for (const { address } of [account, owner]) await control.setBalance({ address, value: 10n ** 21n });
  await control.setCode({ address: ASSET, bytecode: compileToken() });
  let minted: Promise<unknown> = Promise.resolve();
  return {
    network: { chainId: CHAIN_ID, name: `eip155:${CHAIN_ID}`, nameV1: "base-sepolia" },
    asset: ASSET,
    client,
    control,
    sender,
    mint: (to, units) => {
      const one = minted.then(async () => {
        const hash = await minter.writeContract({
          address: ASSET,
          abi: mintable,
          functionName: "mint",
          args: [asHex(to), units],
        });
        await client.waitForTransactionReceipt({ hash });
      });
      minted = one.catch(() => {});
      return one;
    },
    balanceOf: (owner) =>
      client.readContract({ address: ASSET, abi: mintable, functionName: "balanceOf", args: [asHex(owner)] }),
    request: (call) => connection.provider.request(call),
    close: () => connection.close(),
  };
}

const mintable = parseAbi([
  "function mint(address to, uint256 value)",
  "function balanceOf(address owner) view returns (uint256)",
]);

const CHAIN_ID = 84_532;
const ASSET = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";
