import { beginPortalVisit, type Ctx, endPortalVisit } from "@ratebook/billing";
import type { Context } from "hono";
import { z } from "zod";
import type { Doorkeeper, RestEnv } from "./doorkeeper.ts";
import { errorAnswer, tell } from "./errors.ts";
import { readJsonBody } from "./read-body.ts";
import { send, sendError } from "./send.ts";

/** Where the portal's page hands in the token of its address, and where it says that the visit is over. */
export const PORTAL_BEGIN_PATH = "/api/v1/portal/begin";
export const PORTAL_END_PATH = "/api/v1/portal/end";

/**
 * Begins a portal visit: takes the token of an address, once, and sets the visit's cookie. Only our own page may: another
 * one could sign a stranger in as its own customer.
 */
export async function answerPortalBegin(
  c: Context<RestEnv>,
  billing: Ctx,
  doorkeeper: Doorkeeper,
): Promise<Response> {
  c.set("route", PORTAL_BEGIN_PATH);
  const admitted = await doorkeeper.admitSignIn(c);
  if (!admitted.ok) return sendError(admitted.error);
  if (!doorkeeper.fromOwnPage(c)) return sendError(tell(FOREIGN));
  const body = await readJsonBody(c.req.raw, { limitBytes: 1_024 });
  if (!body.ok) return sendError(body.error);
  const parsed = Begin.safeParse(body.value);
  if (!parsed.success) return unusable();
  const begun = await beginPortalVisit(billing, parsed.data);
  if (!begun.ok) return unusable();
  const { secret, expiresAt } = begun.value;
  const seconds = Math.floor((expiresAt.getTime() - billing.clock().getTime()) / 1000);
  const cookie = portalCookie(billing, secret, seconds);
  return send(200, { success: true, expiresAt }, { ...NO_STORE, "set-cookie": cookie });
}

/** Ends a portal visit, for good, and tells the way back to the platform. */
export async function answerPortalEnd(
  c: Context<RestEnv>,
  billing: Ctx,
  doorkeeper: Doorkeeper,
): Promise<Response> {
  c.set("route", PORTAL_END_PATH);
  const admitted = await doorkeeper.admitAnyone(c);
  if (!admitted.ok) return sendError(admitted.error);
  if (!doorkeeper.fromOwnPage(c)) return sendError(tell(FOREIGN));
  const secret = portalSecretOf(c.req.raw.headers);
  const ended = secret === null ? null : await endPortalVisit(billing, secret);
  const headers = { ...NO_STORE, "set-cookie": portalCookie(billing, "", 0) };
  return send(200, { success: true, returnUrl: ended?.returnUrl ?? null }, headers);
}

/** The value of the visit's cookie, where a request shows one. */
export function portalSecretOf(headers: Headers): string | null {
  const found = new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(
    headers.get("cookie") ?? "",
  );
  return found?.[1] ?? null;
}

const portalCookie = ({ publicUrl }: Ctx, value: string, maxAgeSeconds: number): string =>
  `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${
    publicUrl.startsWith("https:") ? "; Secure" : ""
  }`;

const unusable = (): Response =>
  sendError(
    errorAnswer(
      410,
      "portal_link_unusable",
      "This address was used already, or is older than five minutes. Go back to where you came from and open it again.",
    ),
  );

const FOREIGN = { kind: "access_denied", message: "Only our own page may do this." } as const;
const COOKIE = "ratebook.portal";
const NO_STORE = { "cache-control": "no-store" };
const Begin = z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
