import type { Result } from "@ratebook/core";
import { app } from "@ratebook/db/schema";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type NameSubjectError, nameSubject, type SpendingWish } from "./name-subject.ts";

export type UpsertAppInput = SpendingWish & {
  customer?: string | undefined;
  /** The platform's own id; unique within the customer. */
  id: string;
  name: string;
  /** Made from the name where absent. */
  slug?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
};

/** Names an app of a customer, or changes its name, budget or pause. Repeating it changes nothing. */
export function upsertApp(
  ctx: Ctx,
  actor: Actor,
  input: UpsertAppInput,
): Promise<Result<{ id: string; name: string; slug: string; customerId: string }, NameSubjectError>> {
  const { id, name, metadata } = input;
  const slug = input.slug ?? slugOf(name, id);
  return nameSubject(ctx, actor, "app", input, async (tx, customerId) => {
    await tx
      .insert(app)
      .values({ customerId, appId: id, name, slug, metadata: metadata ?? {}, createdAt: ctx.clock() })
      .onConflictDoUpdate({
        target: [app.customerId, app.appId],
        set: metadata === undefined ? { name, slug } : { name, slug, metadata },
      });
    return { id, name, slug, customerId };
  });
}

/** Lower-case words joined by dashes; the id where the name has no such word. */
export function slugOf(name: string, id: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return slug === "" ? id : slug;
}
