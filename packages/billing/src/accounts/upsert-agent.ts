import type { Result } from "@ratebook/core";
import { agent } from "@ratebook/db/schema";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type NameSubjectError, nameSubject, type SpendingWish } from "./name-subject.ts";

export type UpsertAgentInput = SpendingWish & {
  customer?: string | undefined;
  /** The platform's own id; unique within the customer. */
  id: string;
  name: string;
  metadata?: Record<string, unknown> | undefined;
};

/** Names an agent of a customer, or changes its name, budget or pause. Repeating it changes nothing. */
export function upsertAgent(
  ctx: Ctx,
  actor: Actor,
  input: UpsertAgentInput,
): Promise<Result<{ id: string; name: string; customerId: string }, NameSubjectError>> {
  const { id, name, metadata } = input;
  return nameSubject(ctx, actor, "agent", input, async (tx, customerId) => {
    await tx
      .insert(agent)
      .values({ customerId, agentId: id, name, metadata: metadata ?? {}, createdAt: ctx.clock() })
      .onConflictDoUpdate({
        target: [agent.customerId, agent.agentId],
        set: metadata === undefined ? { name } : { name, metadata },
      });
    return { id, name, customerId };
  });
}
