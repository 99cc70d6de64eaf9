import { keccak256, stringToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** Who pays on the development chain. The key is public on purpose: nothing it owns is worth anything. */
export const developmentPayer = (): PrivateKeyAccount =>
  privateKeyToAccount(keccak256(stringToHex("ratebook development payer")));
