import type { Hex } from "viem";

/** Hex text that a schema or the configuration has checked already, as viem's type wants it. */
export const asHex = (text: string): Hex => text as Hex;
