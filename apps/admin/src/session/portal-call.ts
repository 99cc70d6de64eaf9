import { err, ok, type Result } from "@ratebook/core";

/** Why the portal said no, as one sentence. */
type PortalFailure = { kind: "portal_refused"; message: string };

/**
 * Begins or ends a visit through the portal; its cookie comes and goes by itself.
 *
 * @returns the way back to the platform, where one is told
 */
export async function portalCall(
  what: "begin" | "end",
  body: Record<string, string>,
): Promise<Result<{ returnUrl: string | null }, PortalFailure>> {
  try {
    const response = await fetch(`/api/v1/portal/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    const said = textAt(answer, "error");
    if (!response.ok) return err({ kind: "portal_refused", message: said ?? UNREACHABLE });
    return ok({ returnUrl: textAt(answer, "returnUrl") });
  } catch {
    return err({ kind: "portal_refused", message: UNREACHABLE });
  }
}

function textAt(value: unknown, name: string): string | null {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" ? found : null;
}

const UNREACHABLE = "The server cannot be reached just now. Go back to where you came from and try again.";
