import type { Ctx } from "../ctx.ts";
import { importKey } from "./import-key.ts";
import { hashKeyText, keyMarks } from "./key-text.ts";

/**
 * Makes a configured key the worker's, so that server and worker can be given one secret and started together.
 * A key that is here already is left as it is: one that was revoked stays revoked.
 *
 * @returns the key's id, and whether it was new
 */
export async function adoptWorkerKey(ctx: Ctx, text: string): Promise<{ id: string; created: boolean }> {
  const adopted = await importKey(
    ctx,
    { kind: "system", name: "server start" },
    {
      kind: "worker",
      name: "Worker (configured)",
      scopes: ["catalog:submit", "clock:tick"],
      hash: hashKeyText(text),
      ...keyMarks(text),
    },
  );
  if (!adopted.ok) throw new Error(`the configured worker key was refused: ${adopted.error.kind}`);
  return adopted.value;
}
