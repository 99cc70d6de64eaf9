import type { DocumentOffering } from "@ratebook/core";
import type { z } from "zod";

/** An offering of our own document, as it is written by hand. */
export type StarterOffering = z.input<typeof DocumentOffering> & { listed: true };

/** The day the addresses in this folder were last read. */
export const READ_ON = "2026-11-22T00:00:00Z";
