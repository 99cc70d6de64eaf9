import { err, ok, type Result } from "@ratebook/core";
import { isAddress } from "viem";
import type { RailSettingsError } from "../choose-rail.ts";
import { networkOf, publicNodeOf, type X402Network } from "./networks.ts";

export type X402Settings = {
  /** `X402_NETWORK`: a name of either protocol version, or `development`. */
  network: string | null;
  /** `X402_PAY_TO` */
  payTo: string | null;
  /** `X402_ASSET` */
  asset: string | null;
  /** `X402_FACILITATOR_URL` */
  facilitatorUrl: string | null;
  /** `X402_FACILITATOR_TOKEN` */
  facilitatorToken: string | null;
  /** `X402_RPC_URL` */
  rpcUrl: string | null;
  /** The server listens on this machine only. */
  loopback: boolean;
};

export type ChosenX402 =
  | {
      kind: "network";
      network: X402Network;
      payTo: string;
      asset: string;
      facilitatorUrl: string;
      facilitatorToken: string | null;
      rpcUrl: string;
    }
  /** A chain inside the process, whose money is worth nothing. */
  | { kind: "development" }
  /** Every door answers 503 `x402_not_configured`. */
  | { kind: "none" };

/** Which network a server takes token payments on: none, unless everything that needs is told. */
export function chooseX402(settings: X402Settings): Result<ChosenX402, RailSettingsError> {
  const { payTo, asset, facilitatorUrl, facilitatorToken, loopback } = settings;
  const others = { X402_PAY_TO: payTo, X402_ASSET: asset, X402_FACILITATOR_URL: facilitatorUrl };
  const [orphan] = Object.entries(others).filter(([, value]) => value !== null);
  if (settings.network === null) {
    return orphan === undefined ? ok({ kind: "none" }) : refuse(`${orphan[0]} needs X402_NETWORK beside it.`);
  }
  if (settings.network === "development") {
    if (orphan !== undefined) return refuse(`${orphan[0]} is not for X402_NETWORK=development: unset it.`);
    return loopback
      ? ok({ kind: "development" })
      : refuse("X402_NETWORK=development sells for worthless money, so HOST must be a loopback address.");
  }
  const network = networkOf(settings.network);
  if (network === null) return refuse("X402_NETWORK must be a name like base or eip155:8453.");
  const [missing] = Object.entries(others).filter(([, value]) => value === null);
  if (missing !== undefined || payTo === null || asset === null || facilitatorUrl === null) {
    return refuse(`X402_NETWORK needs ${missing?.[0]} beside it.`);
  }
  if (!isAddress(payTo))
    return refuse("X402_PAY_TO must be an address: 0x and 40 digits, with a right checksum.");
  if (!isAddress(asset))
    return refuse("X402_ASSET must be an address: 0x and 40 digits, with a right checksum.");
  if (!isWebAddress(facilitatorUrl)) return refuse("X402_FACILITATOR_URL must be an http or https address.");
  const rpcUrl = settings.rpcUrl ?? publicNodeOf(network);
  if (rpcUrl === null) return refuse(`X402_RPC_URL is needed: no public node of ${network.name} is known.`);
  if (!isWebAddress(rpcUrl)) return refuse("X402_RPC_URL must be an http or https address.");
  return ok({ kind: "network", network, payTo, asset, facilitatorUrl, facilitatorToken, rpcUrl });
}

const isWebAddress = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? "");

const refuse = (message: string): Result<ChosenX402, RailSettingsError> =>
  err({ kind: "bad_payment_settings", message });
