import { err, ok, type Result } from "@ratebook/core";

/** Why the sign-in said no, as one sentence. */
export type AuthFailure = { kind: "auth_refused"; status: number; code: string; message: string };

/**
 * Calls the sign-in: a POST with a body, or a GET where the body is null. The session's cookie travels by itself.
 *
 * @param path below `/api/auth`: "sign-in/email"
 * @returns the parsed answer; nothing is known of its shape
 */
export async function authCall(
  path: string,
  body: Record<string, unknown> | null,
): Promise<Result<unknown, AuthFailure>> {
  let response: Response;
  try {
    response = await fetch(`/api/auth/${path}`, {
      method: body === null ? "GET" : "POST",
      ...(body !== null && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    return err({
      kind: "auth_refused",
      status: 0,
      code: "unreachable",
      message: "The server cannot be reached just now. Check the connection and try again.",
    });
  }
  const answer = await jsonOf(response);
  return response.ok ? ok(answer) : err(refusalOf(response.status, answer));
}

/** Reads why the sign-in refused; its codes are told in our words where its own are too terse. */
export function refusalOf(status: number, answer: unknown): AuthFailure {
  const code = textAt(answer, "code");
  const said = textAt(answer, "message") || textAt(answer, "error");
  return { kind: "auth_refused", status, code, message: ourWords[code] ?? (said || fallback(status)) };
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function textAt(value: unknown, name: string): string {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "string" ? found : "";
}

const fallback = (status: number): string =>
  status === 429
    ? "Too many attempts. Wait a minute and try again."
    : "This did not work. Try again; if it stays, ask your operator.";

const ourWords: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: "This e-mail address and password do not belong together.",
  EMAIL_NOT_VERIFIED: "Confirm your e-mail address first: we have sent you the link once more.",
  USER_ALREADY_EXISTS: "Somebody has signed up with this e-mail address already. Sign in instead.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL:
    "Somebody has signed up with this e-mail address already. Sign in instead.",
  INVALID_TOKEN: "This link has been used or is too old. Ask for a new one.",
  PASSWORD_TOO_SHORT: "The password is too short: use at least 10 characters.",
  PASSWORD_TOO_LONG: "The password is too long: use at most 128 characters.",
  INVITATION_NOT_FOUND: "This invitation has been used, withdrawn or is too old. Ask for a new one.",
  YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION:
    "This invitation was sent to another e-mail address. Sign in with that one.",
};
