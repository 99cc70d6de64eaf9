import { issueSentence } from "@ratebook/api/inputs";
import { ContractTerms, err, MODALITIES, ok, type Result, withoutThousands } from "@ratebook/core";
import { readAsOf } from "../catalogue/as-of.ts";
import { readPercent } from "../markup/rule-draft.ts";
import { readOfferingPattern } from "./offering-pattern.ts";
import { freeName, type PriceDraft, type TermsDraft } from "./terms-draft.ts";

/** What is wrong with a form: a sentence for each field, by its path in the form: `discounts.0.tiers.1.above`. */
export type TermsIssues = { [path: string]: string };

/** Reads a form as terms, by the schema the server checks with. The error names every field that is wrong. */
export function readTermsDraft(draft: TermsDraft): Result<ContractTerms, TermsIssues> {
  const issues: TermsIssues = {};
  const terms = termsOf(draft, (path, sentence) => {
    issues[path] ??= sentence;
  });
  const read = ContractTerms.safeParse(terms, { error: issueSentence });
  if (!read.success) {
    for (const { path, message } of read.error.issues) {
      issues[fieldOf(path.join("."), draft)] ??= sentenceOf(message);
    }
  }
  return read.success && Object.keys(issues).length === 0 ? ok(read.data) : err(issues);
}

/** The field of the form that shows a part of the terms, by the path the schema and the server name it with. */
export function fieldOf(path: string, { rules }: Pick<TermsDraft, "rules">): string {
  if (path === `rules.${rules.length}` || path.startsWith(`rules.${rules.length}.`)) return "markup";
  const rule = /^rules\.\d+/.exec(path);
  if (rule) return "rules";
  return path
    .replace(/^priceLock\.?/, "lock.")
    .replace(/^lock\.catalogueVersion$/, "lock.version")
    .replace(/^lock\.allowLoss$/, "lock.accepted")
    .replace(/^creditLine$/, "creditLine.amount")
    .replace(/^invoicing$/, "invoicing.netDays")
    .replace(/\.match\.(provider|model)$/, ".pattern")
    .replace(/\.match$/, ".pattern")
    .replace(/\.match\./, ".")
    .replace(/\.price\.(usd|per)$/, ".$1")
    .replace(/\.price$/, ".usd")
    .replace(/\.discountBps$/, ".percent");
}

/** A message that follows a field's name, as a sentence under the field. */
export const sentenceOf = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith(".") ? "" : "."}`;

type Report = (path: string, sentence: string) => void;

/** The form as the schema wants it. What is no number stays text, and fails there. */
function termsOf(draft: TermsDraft, report: Report): unknown {
  const { rules, prices, discounts, lock, creditLine, invoicing } = draft;
  const markup = draft.markup.trim();
  const names = priceNames(prices, rules);
  return {
    prices: prices.map((price, index) => ({
      id: names[index],
      match: matchOf(price, `prices.${index}`, report),
      price: { usd: plain(price.usd), per: whole(price.per) },
      ...(price.allowLoss && { allowLoss: true }),
    })),
    rules: [
      ...rules,
      ...(markup === ""
        ? []
        : [
            {
              id: freeName(draft.markupId, [...rules, ...names.map((id) => ({ id }))]),
              percentBps: percent(markup, "markup", { min: -10_000 }, report),
            },
          ]),
    ],
    discounts: discounts.map((discount, index) => ({
      id: discount.id.trim(),
      by: discount.by,
      match: matchOf(discount, `discounts.${index}`, report),
      tiers: discount.tiers.map((tier, place) => ({
        above: plain(tier.above),
        discountBps: percent(
          tier.percent,
          `discounts.${index}.tiers.${place}.percent`,
          { min: 0, max: 10_000 },
          report,
        ),
      })),
      ...(discount.allowLoss && { allowLoss: true }),
    })),
    priceLock: lock.on ? lockOf(lock, report) : null,
    creditLine: creditLine.on ? { amount: plain(creditLine.amount) } : null,
    invoicing: invoicing.on
      ? {
          netDays: whole(invoicing.netDays),
          ...given("purchaseOrder", invoicing.purchaseOrder),
          ...given("email", invoicing.email),
          ...given("note", invoicing.note),
        }
      : null,
  };
}

function lockOf(lock: TermsDraft["lock"], report: Report): unknown {
  const until = readAsOf(lock.until);
  if (until === null) report("lock.until", "Say until when, in UTC.");
  if (!lock.accepted) report("lock.accepted", "A lock needs this: an upstream increase makes it a loss.");
  const { meter: _, ...match } = matchOf({ ...lock, meter: "" }, "lock", report);
  return {
    catalogueVersion: whole(lock.version),
    until: until?.toISOString() ?? lock.until,
    match,
    allowLoss: lock.accepted,
  };
}

function matchOf(
  { pattern, modality, meter }: { pattern: string; modality: string; meter: string },
  path: string,
  report: Report,
) {
  const read = readOfferingPattern(pattern);
  if (!read.ok) report(`${path}.pattern`, read.error);
  const known = MODALITIES.find((it) => it === modality);
  return {
    ...(read.ok && read.value),
    ...(known !== undefined && { modality: known }),
    ...(meter !== "" && { meter }),
  };
}

function percent(
  text: string,
  path: string,
  { min, max = 10_000_000 }: { min: number; max?: number },
  report: Report,
): number {
  const read = readPercent(text);
  if (!read.ok) report(path, read.error);
  else if (read.value < min) report(path, min === 0 ? "Not below 0 %." : "Not below −100 %.");
  else if (read.value > max) report(path, max === 10_000 ? "Not above 100 %." : "Not above 100,000 %.");
  // What was reported has its sentence; the schema need not say it again.
  return read.ok ? Math.min(Math.max(read.value, min), max) : min;
}

/** The name of each price: the one it has, or one made of its model and meter. */
export function priceNames(prices: readonly PriceDraft[], rules: readonly { id: string }[] = []): string[] {
  const taken = [...rules, ...prices.map(({ id }) => ({ id: id.trim() }))];
  return prices.map(({ id, pattern, meter }) => {
    if (id.trim() !== "") return id.trim();
    const words = `${pattern.split("/").at(-1) ?? ""}-${meter}`.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-");
    const wanted = words
      .replace(/^[-.]+/, "")
      .slice(0, 56)
      .replace(/-+$/, "");
    const name = freeName(wanted === "" ? "price" : wanted, taken);
    taken.push({ id: name });
    return name;
  });
}

/** Digits people typed, without dollar sign and the commas between thousands. */
const plain = (text: string): string => withoutThousands(text.trim().replace(/^\$/, ""));

const whole = (text: string): number | string =>
  /^\d{1,10}$/.test(plain(text)) ? Number(plain(text)) : text;

const given = (name: string, text: string) => (text.trim() === "" ? {} : { [name]: text.trim() });
