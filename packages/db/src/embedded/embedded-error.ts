/**
 * Why the embedded PostgreSQL did not start. `message` is one sentence for the person who started it.
 *
 * - `in_use`: another start of Ratebook is using the data directory
 * - `not_writable`: the data directory cannot be made or written
 * - `unsupported_platform`: npm has no PostgreSQL binaries for this machine
 * - `no_place`: the server may not run as root, and its user can reach neither the data directory nor a folder outside
 * - `wrong_owner`: the data belongs to another user of this machine
 * - `credentials_missing`: there is data, but the file with its passwords is gone
 * - `data_missing`: the data was kept outside the data directory, and is gone
 * - `not_answering`: a server runs on the data and does not answer
 * - `start_failed`: initdb or the server ended with an error, which the message carries
 */
export type EmbeddedErrorKind =
  | "in_use"
  | "not_writable"
  | "unsupported_platform"
  | "no_place"
  | "wrong_owner"
  | "credentials_missing"
  | "data_missing"
  | "not_answering"
  | "start_failed";

export class EmbeddedError extends Error {
  readonly kind: EmbeddedErrorKind;

  constructor(kind: EmbeddedErrorKind, message: string) {
    super(message);
    this.name = "EmbeddedError";
    this.kind = kind;
  }
}
