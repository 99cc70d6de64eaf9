import { createHmac, timingSafeEqual } from "node:crypto";
import { err, must, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import type { QuoteUnusable } from "./usage-error.ts";

/** What a quote promises, as its signed text carries it. */
export type QuotePromise = {
  /** Id of its row, a uuid. */
  id: string;
  customerId: string;
  /** Hash of customer, offering, pools, dimensions and billing. */
  meaningHash: string;
  catalogueVersion: number;
  policyVersion: number;
  contract: string | null;
  /** The month's volume by id of the contract's discounts. */
  volume: Readonly<Record<string, string>>;
  /** The instant that decided time-of-day windows. */
  at: Date;
  expiresAt: Date;
};

/** The text a caller names a quote by: its promise, signed, so that nobody can write one or change one. */
export function signQuote(promise: QuotePromise, secret: Uint8Array): string {
  const fields = [
    promise.id,
    promise.customerId,
    promise.meaningHash,
    promise.catalogueVersion,
    promise.policyVersion,
    promise.at.getTime(),
    promise.expiresAt.getTime(),
    promise.contract,
    promise.volume,
  ];
  const body = Buffer.from(JSON.stringify(fields)).toString("base64url");
  return `${PREFIX}${body}.${mac(body, secret).toString("base64url")}`;
}

/** Reads a quote's text; `not_ours` where the signature does not fit. Expiry is left to the caller. */
export function readQuote(text: string, secret: Uint8Array): Result<QuotePromise, QuoteUnusable> {
  const [body = "", signature = "", ...rest] = text.startsWith(PREFIX)
    ? text.slice(PREFIX.length).split(".")
    : [];
  const given = Buffer.from(signature, "base64url");
  const expected = mac(body, secret);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return err({ kind: "quote_unusable", reason: "not_ours", message: "This quoteId was not given here." });
  }
  const fields = Fields.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  const [id, customerId, hash, catalogueVersion, policyVersion, at, expiresAt, contract, volume] = fields;
  return ok({
    id,
    customerId,
    meaningHash: hash,
    catalogueVersion,
    policyVersion,
    contract,
    volume,
    at: new Date(at),
    expiresAt: new Date(expiresAt),
  });
}

function mac(body: string, secret: Uint8Array): Buffer {
  if (secret.length < 32) must(null, "the secret that signs quotes has at least 32 bytes");
  // The purpose keeps a signature made for something else with the same secret from passing for a quote.
  return createHmac("sha256", secret).update("ratebook quote\n").update(body).digest();
}

const Fields = z.tuple([
  z.uuid(),
  z.uuid(),
  z.string(),
  z.int(),
  z.int(),
  z.int(),
  z.int(),
  z.string().nullable(),
  z.record(z.string(), z.string()),
]);
const PREFIX = "rbq_";
