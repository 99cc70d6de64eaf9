import { z } from "zod";
import { answer, missing } from "../answer.ts";
import { field, paging } from "../params.ts";
import { page, type Route, route } from "../route.ts";

const noParams = z.strictObject({ expand: field.expand });

export const recordRoutes: Route[] = [
  route("GET", "/v1/invoices/:id", noParams, async (book, _, { id }) => {
    const invoice = await book.find("invoice", id);
    return invoice ? answer(invoice.object) : missing("invoice", id);
  }),
  route("GET", "/v1/setup_intents/:id", noParams, async (book, _, { id }) => {
    const setup = await book.find("setup_intent", id);
    return setup ? answer(setup.object) : missing("setup_intent", id, "intent");
  }),
  route("GET", "/v1/events/:id", noParams, async (book, _, { id }) => {
    const event = await book.find("event", id);
    return event ? answer(event.object) : missing("event", id);
  }),
  route("GET", "/v1/events", z.strictObject(paging), (book, query) =>
    page(book, "event", undefined, query, "/v1/events"),
  ),
];
