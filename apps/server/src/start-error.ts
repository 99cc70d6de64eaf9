/** Why the server did not start; `message` is one sentence for the person who started it. */
export class StartError extends Error {
  override name = "StartError";
}
