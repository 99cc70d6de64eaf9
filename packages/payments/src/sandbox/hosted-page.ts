import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type Stripe from "stripe";
import type { Stored } from "./objects.ts";
import { frame } from "./page-frame.ts";
import { TEST_CARDS } from "./test-cards.ts";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What the customer typed, shown again after a problem. */
export type Typed = { number: string; expiry: string; cvc: string; save: boolean };

/** The page on which a customer pays, or saves a card. */
export function checkoutPage(
  { object, hidden }: Stored<"checkout.session">,
  problem: string | null,
  typed: Typed,
  styleUrl: string,
): Html {
  const setup = object.mode === "setup";
  const title = setup ? "Save a card" : hidden.title;
  return frame(
    `${title} – Ratebook sandbox`,
    styleUrl,
    html`<h1>${title}</h1>
${setup ? "" : html`<p class="amount">${dollars(object.amount_total ?? 0)}</p>`}
<form method="post">
${problem === null ? "" : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
<label for="number">Card number</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off" required value="${typed.number}"${problem === null ? "" : html` aria-describedby="problem"`}>
<div class="row">
<div><label for="expiry">Expiry (MM/YY)</label><input id="expiry" name="expiry" inputmode="numeric" autocomplete="off" required value="${typed.expiry}"></div>
<div><label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="off" required value="${typed.cvc}"></div>
</div>
${saveBox(hidden, typed)}
<button type="submit">${setup ? "Save card" : `Pay ${dollars(object.amount_total ?? 0)}`}</button>
</form>
${object.cancel_url === null ? "" : html`<a class="back" href="${object.cancel_url}">Back without ${setup ? "saving" : "paying"}</a>`}
${testCards()}`,
  );
}

/** The page on which a customer proves to their bank who they are. */
export function authenticatePage(intent: Stripe.PaymentIntent | Stripe.SetupIntent, styleUrl: string): Html {
  return frame(
    "Your bank asks – Ratebook sandbox",
    styleUrl,
    html`<h1>Your bank wants to know that it is you</h1>
${intent.object === "payment_intent" ? html`<p class="amount">${dollars(intent.amount)}</p>` : ""}
<p class="soft">At a real bank this would be a code or a fingerprint. Choose how it ends.</p>
<form method="post">
<button type="submit" name="outcome" value="complete">Complete authentication</button>
<button type="submit" name="outcome" value="fail" class="second">Fail authentication</button>
</form>`,
  );
}

/** The page of something that is over, or never was. */
export function endPage(title: string, text: string, styleUrl: string): Html {
  return frame(`${title} – Ratebook sandbox`, styleUrl, html`<h1>${title}</h1><p>${text}</p>`);
}

function saveBox({ saveCard, consent }: Stored<"checkout.session">["hidden"], typed: Typed): Html | string {
  if (consent === null) return "";
  if (saveCard !== "offer") return html`<p class="soft">${consent}</p>`;
  return html`<label class="box" for="save"><input type="checkbox" id="save" name="save" value="yes"${typed.save ? html` checked` : ""}><span>${consent}</span></label>`;
}

function testCards(): Html {
  const rows = TEST_CARDS.map(({ number, label }) => {
    const spaced = number.replace(/(.{4})(?=.)/g, "$1 ");
    return html`<tr><td>${spaced}</td><td>${label}</td></tr>`;
  });
  return html`<table>
<caption>Test cards</caption>
<thead><tr><th scope="col">Number</th><th scope="col">What happens</th></tr></thead>
<tbody>${rows}</tbody>
</table>
<p class="soft">Any expiry date to come and any three digits will do.</p>`;
}

/** Stripe's cents for people. */
function dollars(cents: number): string {
  const text = String(cents).padStart(3, "0");
  return `$${text.slice(0, -2)}.${text.slice(-2)}`;
}
