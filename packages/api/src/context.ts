import type { Actor, Ctx } from "@ratebook/billing";
import type { Sessions } from "./sessions.ts";

/** What a procedure sees: the use cases' context and who asks. */
export type ApiContext = {
  billing: Ctx;
  /** Null where nobody has shown a credential. */
  actor: Actor | null;
  requestId: string;
  /** Absent where nobody can sign in, as in a process without browsers. */
  sessions?: Sessions;
};
