export { EmbeddedError, type EmbeddedErrorKind } from "./embedded-error.ts";
export { type Embedded, type EmbeddedOptions, startEmbedded } from "./start-embedded.ts";
export { runningEmbedded } from "./running-embedded.ts";
