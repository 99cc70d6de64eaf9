import { type Actor, hasScope } from "../actor.ts";
import { OVERRIDE_SOURCE } from "./pricing-rules.ts";

/** The actor may not do this. */
export type CatalogAccessDenied = { kind: "access_denied"; message: string };

/** Null where the actor is the platform's operator. */
export function refuseUnlessOperator(actor: Actor): CatalogAccessDenied | null {
  if (actor.kind === "operator" || actor.kind === "system") return null;
  return { kind: "access_denied", message: "Only an operator may do this." };
}

/** Null where the actor may run sources and submit their documents. */
export function refuseUnlessSubmitter(actor: Actor): CatalogAccessDenied | null {
  const platform = actor.kind !== "key" && actor.kind !== "member";
  if (platform && hasScope(actor, "catalog:submit")) return null;
  return { kind: "access_denied", message: "This credential lacks the scope catalog:submit." };
}

/**
 * Null where the actor may set the operator's own prices. A worker reads foreign documents and never may, whatever
 * its key says.
 */
export function refuseUnlessImporter(actor: Actor): CatalogAccessDenied | null {
  if (actor.kind !== "worker" && refuseUnlessSubmitter(actor) === null) return null;
  return { kind: "access_denied", message: "Only an operator may set the operator's own prices." };
}

/** The source of the operator's own documents. */
export const MANUAL_SOURCE = "manual";

/** Sources that are the operator's own word: nothing is read for them. */
export const isOwnSource = (source: string): boolean =>
  source === MANUAL_SOURCE || source === OVERRIDE_SOURCE;
