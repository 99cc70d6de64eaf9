import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** A new signing secret as Standard Webhooks spells it: `whsec_` and 32 random bytes in base64. */
export const mintWebhookSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/**
 * Seals a secret for the database with AES-256-GCM under a key derived from the server's: a copy of the database alone
 * signs nothing. It opens only for the endpoint it was sealed for.
 */
export function sealSecret(key: Uint8Array, endpointId: string, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(key), nonce).setAAD(Buffer.from(endpointId));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Opens a sealed secret; null where the server's own secret has changed since: then only a rotation helps. */
export function openSecret(key: Uint8Array, endpointId: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(key), nonce)
    .setAAD(Buffer.from(endpointId))
    .setAuthTag(tag);
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (error) {
    // Node throws one plain error for a tag that does not fit.
    if (error instanceof Error && error.message.includes("authenticate")) return null;
    throw error;
  }
}

const sealingKey = (key: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", key, "", "ratebook webhook secrets", 32));

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
