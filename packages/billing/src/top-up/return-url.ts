import { err, ok, type Result } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";

/**
 * The address a customer comes back to after paying, or the field that names one nobody allowed: a page that anyone may
 * choose would send customers anywhere under our name.
 *
 * @param given an absolute address of an allowed origin, or `settings` or `billing`; absent: the billing page
 */
export function returnUrl(
  ctx: Pick<Ctx, "publicUrl" | "returnOrigins">,
  given: string | undefined,
  field: string,
): Result<URL, InvalidField> {
  const home = new URL(ctx.publicUrl);
  if (given === undefined || given === "billing") return ok(new URL("/billing", home));
  if (given === "settings") return ok(new URL("/settings", home));
  const url = URL.canParse(given) ? new URL(given) : null;
  const allowed = [home.origin, ...(ctx.returnOrigins ?? [])];
  if (url !== null && allowed.includes(url.origin) && url.username === "" && url.password === "")
    return ok(url);
  return err({
    kind: "validation_error",
    field,
    message: `must be an address of ${allowed.join(" or ")}`,
  });
}

/** The same address with what the page is told; the rail puts the session's id in place of its marker. */
export function withOutcome(url: URL, outcome: "success" | "canceled"): string {
  const told = new URL(url);
  told.searchParams.set("checkout", outcome);
  const separator = told.search === "" ? "?" : "&";
  // Appended as text: the marker's braces must stay as they are.
  return outcome === "success"
    ? `${told.origin}${told.pathname}${told.search}${separator}session_id={CHECKOUT_SESSION_ID}${told.hash}`
    : told.href;
}
