import type { Actor, Ctx } from "@ratebook/billing";

/** What a procedure sees: the use cases' context and who asks. */
export type ApiContext = {
  billing: Ctx;
  /** Null where nobody has shown a credential. */
  actor: Actor | null;
  requestId: string;
};
