import type { SandboxStore } from "@ratebook/billing";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Book, openBook } from "./book.ts";
import { authenticatePage, checkoutPage, endPage, type Typed } from "./hosted-page.ts";
import type { Stored } from "./objects.ts";
import { STYLE } from "./page-frame.ts";
import { type Paid, payCheckout, resumeCheckout, successUrl } from "./pay-checkout.ts";
import { AUTHENTICATION_FAILED, decline, takePayment } from "./take-payment.ts";
import { cardByNumber } from "./test-cards.ts";

export type PageOptions = {
  store: SandboxStore;
  clock: () => Date;
  pageUrl: string;
  onWritten: () => void;
};

/** The hosted pages, without a line of script: `/checkout/:id`, `/authenticate/:id` and their style. */
export function createPages(options: PageOptions): Hono {
  const app = new Hono();
  const style = `${options.pageUrl}/style.css`;
  const work = <T>(run: (book: Book) => Promise<T>): Promise<T> =>
    options.store.transaction((tx) => run(openBook(tx, options.clock())));

  app.get("/style.css", (c) =>
    c.body(STYLE, 200, {
      "content-type": "text/css; charset=utf-8",
      "cache-control": "public, max-age=3600",
    }),
  );

  app.get("/checkout/:id", async (c) => {
    const checkout = await work((book) => book.find("checkout.session", c.req.param("id")));
    if (!checkout) return notFound(c, style);
    const { object } = checkout;
    if (object.status === "complete") return c.redirect(successUrl(object), 303);
    protect(c, object.success_url, object.cancel_url);
    if (object.status !== "open") return c.html(endPage("This page has expired", EXPIRED, style), 410);
    return c.html(checkoutPage(checkout, checkout.hidden.problem, prefilled(options.clock()), style));
  });

  app.post("/checkout/:id", async (c) => {
    const form = CardForm.safeParse(await c.req.parseBody());
    const typed: Typed = form.success ? form.data : { number: "", expiry: "", cvc: "", save: false };
    const done = await work(async (book) => {
      const checkout = await book.find("checkout.session", c.req.param("id"));
      if (checkout?.object.status !== "open") return { checkout, paid: null };
      const expiry = readExpiry(typed.expiry, options.clock());
      const card = cardByNumber(typed.number);
      const problem = problemWith(card !== null, expiry !== null, typed.cvc);
      if (problem !== null || !card || !expiry) return { checkout, paid: null, problem };
      const input = { card, expiry, save: typed.save };
      return { checkout, paid: await payCheckout(book, checkout, input, options.pageUrl) };
    });
    options.onWritten();
    if (!done.checkout) return notFound(c, style);
    const { object } = done.checkout;
    if (done.paid && done.paid.kind !== "declined") return c.redirect(done.paid.url, 303);
    if (object.status !== "open") return c.redirect(`${options.pageUrl}/checkout/${object.id}`, 303);
    protect(c, object.success_url, object.cancel_url);
    const message = done.paid?.message ?? done.problem ?? null;
    // What is no test card might be somebody's own: it is not shown again.
    const shown = cardByNumber(typed.number) ? typed : { ...typed, number: "" };
    return c.html(checkoutPage(done.checkout, message, shown, style), 422);
  });

  app.get("/authenticate/:id", async (c) => {
    const intent = await work((book) => findIntent(book, c.req.param("id")));
    if (intent?.object.status !== "requires_action") return notFound(c, style);
    protect(c, await work((book) => whereNext(book, intent)), null);
    return c.html(authenticatePage(intent.object, style));
  });

  app.post("/authenticate/:id", async (c) => {
    const form = z.object({ outcome: z.enum(["complete", "fail"]) }).safeParse(await c.req.parseBody());
    if (!form.success)
      return c.html(endPage("Nothing chosen", "Go back and choose how it ends.", style), 400);
    const proven = form.data.outcome === "complete";
    const url = await work(async (book) => {
      const intent = await findIntent(book, c.req.param("id"));
      if (intent?.object.status !== "requires_action") return null;
      return await authenticate(book, intent, proven, options.pageUrl);
    });
    options.onWritten();
    return url === null ? notFound(c, style) : c.redirect(url, 303);
  });
  return app;
}

/** Ends what the bank asked for, and says where the customer goes then. */
export async function authenticate(
  book: Book,
  intent: Intent,
  proven: boolean,
  pageUrl: string,
): Promise<string> {
  const { checkoutId } = intent.hidden;
  const checkout = checkoutId === null ? null : await book.find("checkout.session", checkoutId);
  if (checkout) return afterPage(await resumeCheckout(book, checkout, intent, proven), checkout, pageUrl);
  if (!isPayment(intent)) throw new Error(`setup ${intent.object.id} has no page`);

  const { payment_method } = intent.object;
  const method =
    typeof payment_method === "string" ? await book.find("payment_method", payment_method) : null;
  if (!method) throw new Error(`payment ${intent.object.id} waits for the owner of no card`);
  if (proven) {
    intent.hidden.authenticated = true;
    await takePayment(book, intent, method, "present", "");
  } else {
    await decline(book, intent, method, AUTHENTICATION_FAILED);
  }
  const back = new URL(intent.hidden.returnUrl ?? pageUrl);
  back.searchParams.set("payment_intent", intent.object.id);
  back.searchParams.set("redirect_status", intent.object.status === "succeeded" ? "succeeded" : "failed");
  return back.href;
}

type Intent = Stored<"payment_intent"> | Stored<"setup_intent">;

const isPayment = (intent: Intent): intent is Stored<"payment_intent"> =>
  intent.object.object === "payment_intent";

const findIntent = async (book: Book, id: string): Promise<Intent | null> =>
  (await book.find("payment_intent", id)) ?? (await book.find("setup_intent", id));

function afterPage(paid: Paid, checkout: Stored<"checkout.session">, pageUrl: string): string {
  return paid.kind === "declined" ? `${pageUrl}/checkout/${checkout.object.id}` : paid.url;
}

async function whereNext(book: Book, intent: Intent): Promise<string | null> {
  const { checkoutId } = intent.hidden;
  const checkout = checkoutId === null ? null : await book.find("checkout.session", checkoutId);
  return checkout ? checkout.object.success_url : isPayment(intent) ? intent.hidden.returnUrl : null;
}

function notFound(c: Context, style: string): Response | Promise<Response> {
  protect(c, null, null);
  return c.html(endPage("Nothing to pay here", "This address is wrong, or it is over.", style), 404);
}

/** No script, no frame; a form may end only at our own pages and where the shop wants the customer next. */
function protect(c: Context, successTo: string | null, cancelTo: string | null): void {
  const origins = [successTo, cancelTo].flatMap((url) => (url === null ? [] : [new URL(url).origin]));
  const actions = [...new Set(["'self'", ...origins])].join(" ");
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'self'; form-action ${actions}; base-uri 'none'; frame-ancestors 'none'`,
  );
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
}

/** The card that succeeds, so that a first purchase is one press of a button. */
const prefilled = (now: Date): Typed => ({
  number: "4242 4242 4242 4242",
  expiry: `12/${String(now.getUTCFullYear() + 3).slice(-2)}`,
  cvc: "123",
  save: false,
});

const EXPIRED = "Nothing was paid. Go back to the shop and start again.";

const CardForm = z.object({
  number: z.string().max(40),
  expiry: z.string().max(10),
  cvc: z.string().max(10),
  save: z
    .literal("yes")
    .optional()
    .transform((box) => box === "yes"),
});

function problemWith(isTestCard: boolean, hasExpiry: boolean, cvc: string): string | null {
  if (!isTestCard) return "This is not a test card. Use one of the numbers below.";
  if (!hasExpiry) return "The expiry date is a month and a year to come, for example 12/34.";
  return /^\d{3,4}$/.test(cvc.trim()) ? null : "The security code has three digits.";
}

function readExpiry(text: string, now: Date): { month: number; year: number } | null {
  const parts = /^\s*(0?[1-9]|1[0-2])\s*\/\s*(?:20)?(\d{2})\s*$/.exec(text);
  if (!parts) return null;
  const month = Number(parts[1]);
  const year = 2000 + Number(parts[2]);
  const over = Date.UTC(year, month, 1) <= now.getTime();
  return over ? null : { month, year };
}
