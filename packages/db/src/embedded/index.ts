export { EmbeddedError, type EmbeddedErrorKind } from "./embedded-error.ts";
export { hasEmbedded, runningEmbedded } from "./running-embedded.ts";
export { type Embedded, type EmbeddedOptions, startEmbedded } from "./start-embedded.ts";
