/** How long the platform may take to carry out what it was asked, or to report a deployment, before operators are told. */
export const PATIENCE_MS = 30 * 60_000;
