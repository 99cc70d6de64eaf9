import { hash, randomBytes } from "node:crypto";

/** A new key: 256 random bits, so its hash needs neither salt nor stretching. */
export const mintKeyText = (): string => `${KEY_PREFIX}${randomBytes(32).toString("base64url")}`;

/** Hex SHA-256 of the whole key text; all that is kept of it. */
export const hashKeyText = (text: string): string => hash("sha256", text, "hex");

/** What may be shown of a key for ever: how it begins and how it ends. */
export const keyMarks = (text: string): { prefix: string; lastFour: string } => ({
  prefix: text.slice(0, 8),
  lastFour: text.slice(-4),
});

const KEY_PREFIX = "rbk_";
