export { EmbeddedError, type EmbeddedErrorKind } from "./embedded-error.ts";
export { runningEmbedded } from "./running-embedded.ts";
export { type Embedded, type EmbeddedOptions, startEmbedded } from "./start-embedded.ts";
