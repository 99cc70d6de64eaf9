import type Stripe from "stripe";
import type { z } from "zod";
import { type Answer, answer } from "./answer.ts";
import type { Book } from "./book.ts";
import type { Kind, Objects } from "./objects.ts";
import type { Paging } from "./params.ts";

/** One call of Stripe's API. */
export type Route = {
  method: "GET" | "POST" | "DELETE";
  /** As hono writes it: `/v1/customers/:id`. */
  path: string;
  params: z.ZodType;
  handle: (book: Book, input: unknown, at: At) => Promise<Answer>;
};

export type At = { id: string; pageUrl: string };

/** Ties a handler to the parameters it was parsed for. */
export function route<S extends z.ZodType>(
  method: Route["method"],
  path: string,
  params: S,
  handle: (book: Book, input: z.output<S>, at: At) => Promise<Answer>,
): Route {
  return { method, path, params, handle: (book, input, at) => handle(book, parsedBy<S>(input), at) };
}

/** A page of objects in Stripe's form, newest first. */
export async function page<K extends Kind>(
  book: Book,
  kind: K,
  ref: string | undefined,
  { limit = 10, starting_after, ending_before, created }: Paging,
  url: string,
): Promise<Answer> {
  const found = await book.list({
    kind,
    ref,
    olderThan: starting_after,
    newerThan: ending_before,
    ...instants(created),
    limit: limit + 1,
  });
  const shown = found.slice(0, limit).map(({ object }) => object);
  const list: Stripe.ApiList<Objects[K]> = {
    object: "list",
    data: ending_before === undefined ? shown : shown.reverse(),
    has_more: found.length > limit,
    url,
  };
  return answer(list);
}

function instants(created: Paging["created"]): { createdSince?: Date; createdUntil?: Date } {
  if (created === undefined) return {};
  const { gt, gte, lt, lte } =
    typeof created === "number" ? { gte: created, lte: created, gt: undefined, lt: undefined } : created;
  const since = gte ?? (gt === undefined ? undefined : gt + 1);
  const until = lte ?? (lt === undefined ? undefined : lt - 1);
  return {
    ...(since !== undefined && { createdSince: new Date(since * 1000) }),
    // An object made within the last second of the range has that second as its time.
    ...(until !== undefined && { createdUntil: new Date(until * 1000 + 999) }),
  };
}

/** `input` came out of schema `S`: the API parses with a route's own schema just before it calls the route. */
const parsedBy = <S extends z.ZodType>(input: unknown): z.output<S> => input as z.output<S>;
