/** Entries of usage have a receipt; grants, holds and corrections explain themselves. */
export const hasReceipt = (kind: string): boolean =>
  kind === "debit" || kind === "settle" || kind === "parked";
