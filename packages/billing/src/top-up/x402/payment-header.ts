import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import type { X402Authorization } from "./x402-rail.ts";

/** A payment as its header says; nothing in it is believed yet. */
export type X402Payment = {
  authorization: X402Authorization;
  scheme: string;
  network: string;
  /** What a version 2 client says it accepted; its signature covers none of it. */
  accepted: { asset: string; payTo: string; intentId: string | null } | null;
};

/** The header is not a payment. Nothing was taken. */
export type InvalidPaymentHeader = {
  kind: "invalid_payment_header";
  reason: "too_large" | "not_base64" | "not_json" | "unsupported_version" | "malformed";
  message: string;
};

/**
 * Reads the header of a payment of either protocol version; the version inside decides, not the header's name.
 *
 * Only EIP-3009 authorizations are read: permits and other schemes are `malformed`.
 */
export function readPaymentHeader(text: string): Result<X402Payment, InvalidPaymentHeader> {
  if (text.length > LONGEST_HEADER) {
    return invalid("too_large", `The payment header is longer than ${LONGEST_HEADER} characters.`);
  }
  const bytes = decodeBase64(text.trim());
  if (bytes === null) return invalid("not_base64", "The payment header is not base64.");
  const parsed = parseJson(bytes);
  if (parsed === undefined) return invalid("not_json", "The payment header is not JSON in base64.");
  const version = Versioned.safeParse(parsed);
  if (!version.success) return invalid("malformed", "The payment has no x402Version.");
  if (version.data.x402Version === 1) return readWith(PaymentV1, parsed);
  if (version.data.x402Version === 2) return readWith(PaymentV2, parsed);
  return invalid("unsupported_version", "Only versions 1 and 2 of x402 are spoken here.");
}

function readWith(schema: z.ZodType<X402Payment>, value: unknown): Result<X402Payment, InvalidPaymentHeader> {
  const read = schema.safeParse(value);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  const field = issue === undefined ? "payload" : issue.path.map(String).join(".");
  return invalid("malformed", `The payment is not complete: ${field || "payload"} is not what it must be.`);
}

/** Bytes of canonical base64, with or without padding; null for anything else, which Buffer would read half of. */
function decodeBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  const bare = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  return bytes.toString("base64").replace(/=+$/, "") === bare ? bytes : null;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

const invalid = (reason: InvalidPaymentHeader["reason"], message: string) =>
  err<InvalidPaymentHeader>({ kind: "invalid_payment_header", reason, message });

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`))
    .transform((text) => text.toLowerCase());
// A uint256 has at most 78 digits.
const uint = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform((text) => BigInt(text));

const Payload = z.object({
  // 65 bytes from a key; a contract's wallet may sign with more.
  signature: z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{2}){65,2048}$/)
    .transform((text) => text.toLowerCase()),
  authorization: z.object({
    from: hex(20),
    to: hex(20),
    value: uint,
    validAfter: uint,
    validBefore: uint,
    nonce: hex(32),
  }),
});

const Versioned = z.object({ x402Version: z.number() });

const PaymentV1 = z
  .object({ x402Version: z.literal(1), scheme: z.string(), network: z.string(), payload: Payload })
  .transform(
    ({ scheme, network, payload }): X402Payment => ({
      authorization: { version: 1, signature: payload.signature, ...payload.authorization },
      scheme,
      network,
      accepted: null,
    }),
  );

const PaymentV2 = z
  .object({
    x402Version: z.literal(2),
    accepted: z.object({
      scheme: z.string(),
      network: z.string(),
      asset: z.string(),
      payTo: z.string(),
      extra: z.object({ intentId: z.uuid().nullish() }).nullish(),
    }),
    payload: Payload,
  })
  .transform(
    ({ accepted, payload }): X402Payment => ({
      authorization: { version: 2, signature: payload.signature, ...payload.authorization },
      scheme: accepted.scheme,
      network: accepted.network,
      accepted: {
        asset: accepted.asset.toLowerCase(),
        payTo: accepted.payTo.toLowerCase(),
        intentId: accepted.extra?.intentId ?? null,
      },
    }),
  );

/** A payment takes about 1,200; Node's server itself takes 16 KiB of headers in all. */
const LONGEST_HEADER = 8_192;
