import type { Conditions } from "@ratebook/core";
import type { TextRange } from "../../document/text-place.ts";
import type { RefusalKind } from "../../source.ts";

/** An amount that a sentence states, the unit in its words, and where its digits stand in the text. */
export type StatedPrice = { usd: string; at: TextRange; unit: string; when: Conditions };

/** The prices of a passage, or why none of it is believed. */
export type ProseReading =
  | { is: "prices"; prices: StatedPrice[] }
  | { is: "refused"; kind: RefusalKind; detail: string };

/**
 * Reads the sentences in which fal states a price.
 *
 * Every sentence must be one of the known forms as a whole, or an example. One that is not refuses all of them: what
 * it says may be that the amount beside it is a surcharge, doubles at another size or is meant in cents. All amounts
 * must differ in the same conditions, each with its own.
 */
export function readPriceProse(section: string): ProseReading {
  const prices: StatedPrice[] = [];
  const examples: string[] = [];
  for (const sentence of sentencesOf(section)) {
    if (isExample(sentence.text)) {
      examples.push(sentence.text);
      continue;
    }
    const stated = statedIn(sentence);
    if (stated.length === 0) return notUnderstood(sentence.text);
    prices.push(...stated);
  }
  if (prices.length === 0) return refusal("no_price", "the section Pricing states no amount");
  // An example by size of a price without sizes tells of a rule that was not stated.
  const bySize = prices.some(({ when }) => when.resolution !== undefined);
  const foreign = examples.find((example) => !bySize && SIZE.test(example));
  if (foreign !== undefined) return notUnderstood(foreign);
  const conditions = prices.map(({ unit, when }) => `${unit} ${JSON.stringify(when)}`);
  const keys = prices.map(({ unit, when }) => `${unit} ${Object.keys(when).sort().join()}`);
  return new Set(conditions).size < prices.length || new Set(keys).size > 1
    ? refusal("ambiguous_price", "several amounts that no condition tells apart")
    : { is: "prices", prices };
}

/** A sentence without markup; `offsets[i]` is where its i-th character stands in the section. */
type Sentence = { text: string; offsets: readonly number[] };

function sentencesOf(section: string): Sentence[] {
  const sentences: Sentence[] = [];
  // A blank line or a bullet ends what the line before said, with or without a full stop.
  for (const block of section.matchAll(/(?:(?!\n[ \t]*(?:\n|[-*] ))[\s\S])+/g)) {
    const plain = plainBlock(block[0], block.index);
    for (const part of plain.text.matchAll(/\S.*?(?:[.!](?= [A-Z])|$)/g)) {
      const offsets = plain.offsets.slice(part.index, part.index + part[0].length);
      sentences.push({ text: part[0].replace(/[.\s]+$/, ""), offsets });
    }
  }
  return sentences.filter(({ text }) => text !== "");
}

/** The text of a block: marks of bold, code and bullets taken out, white space made one blank. */
function plainBlock(block: string, start: number): Sentence {
  let text = "";
  const offsets: number[] = [];
  const bullet = /^\s*[-*] /.exec(block)?.[0].length ?? 0;
  for (let at = bullet; at < block.length; at += 1) {
    const character = block[at] ?? "";
    const blank = /\s/.test(character);
    if (/[*`]/.test(character) || (blank && (text === "" || text.endsWith(" ")))) continue;
    text += blank ? " " : character;
    offsets.push(start + at);
  }
  return { text, offsets };
}

/** What a sentence works out for the reader; it may not bring a rule of its own. */
const isExample = (text: string): boolean =>
  /^For more details, see \[/.test(text) ||
  (/^(For example\b|For \$[\d.]+,? you can\b)/i.test(text) && !RULES.some(([words]) => words.test(text)));

function statedIn({ text, offsets }: Sentence): StatedPrice[] {
  for (const { form, unit, conditions } of FORMS) {
    const found = form.exec(text);
    const groups = found?.indices?.groups;
    if (!found?.groups || !groups) continue;
    const named = found.groups;
    return AMOUNTS.flatMap((name): StatedPrice[] => {
      const [from, to] = groups[name] ?? [];
      const usd = named[name];
      if (from === undefined || to === undefined || usd === undefined) return [];
      const at = { from: offsets[from] ?? 0, to: (offsets[to - 1] ?? 0) + 1 };
      const sound = named.on === undefined ? {} : { audio: name === "on" };
      return [{ usd, at, unit: named.unit ?? unit ?? "", when: { ...conditions(named), ...sound } }];
    });
  }
  return [];
}

type Named = Record<string, string | undefined>;
type Form = { form: RegExp; unit?: string; conditions: (named: Named) => Conditions };

const AMOUNTS = ["usd", "on"] as const;
const amount = (name: (typeof AMOUNTS)[number]) => String.raw`\$ ?(?<${name}>\d+(?:\.\d+)?)`;
const sound = String.raw`(?: \(audio off\) or ${amount("on")}(?:\/second)? \(audio on\))?`;
const size = String.raw`(?<resolution>\d{3,4}p|[248]k)`;
const whole = (pattern: string) => new RegExp(`^${pattern}$`, "di");

const atResolution = ({ resolution }: Named): Conditions =>
  resolution === undefined ? {} : { resolution: resolution.toLowerCase() };

const FORMS: readonly Form[] = [
  {
    form: whole(
      `(?:Price: |Your request will cost |Each request costs |Requests cost )${amount("usd")} ?(?:per |\\/ ?)(?<unit>[\\w ]+?)`,
    ),
    conditions: () => ({}),
  },
  {
    form: whole(
      `For every second of (?:${size} )?video you generated?,? you will be charged ${amount("usd")}(?:\\/second)?${sound}`,
    ),
    unit: "video_second",
    conditions: atResolution,
  },
  {
    form: whole(`For ${size} video,? you will be charged ${amount("usd")}\\/second`),
    unit: "video_second",
    conditions: atResolution,
  },
  {
    form: whole(`For (?<seconds>\\d{1,3})s video,? your request will cost ${amount("usd")}`),
    unit: "video",
    conditions: ({ seconds }) => ({ duration_seconds: Number(seconds) }),
  },
];

function notUnderstood(sentence: string): ProseReading {
  const rules = [...RULES, ...CONDITIONS];
  const reason = rules.find(([words]) => words.test(sentence))?.[1] ?? "a sentence that is not understood";
  const kind = /cents|steps?\b/i.test(sentence) ? "ambiguous_unit" : "ambiguous_price";
  return refusal(kind, `${reason}: "${sentence.slice(0, 160).toWellFormed()}"`);
}

const refusal = (kind: RefusalKind, detail: string): ProseReading => ({ is: "refused", kind, detail });

/** Words of rules that one amount cannot carry, and what they make of it. */
const RULES: readonly (readonly [words: RegExp, reason: string])[] = [
  [/\bcents?\b/i, "cents beside a dollar sign"],
  [/\bsteps?\b/i, "a price that depends on the number of steps"],
  [/\b(extra|addi?tional|surcharges?|plus|added|adds|input images?)\b/i, "a surcharge beside the price"],
  [
    /\b(doubles?|doubled|triples?|twice|half|times the|multipl\w+|\d+(\.\d+)?x)\b|[\d.]+ ?×/i,
    "a multiple of another price",
  ],
  [/\b(minimum|at least|up to|starting (at|from)|rounded)\b/i, "a bound or a range"],
  [
    /\b(depend\w*|var(y|ies)|approximately|around|tentative|estimated)\b/i,
    "a price that is not the same for all",
  ],
  [/\b(discount\w*|promotion\w*|limited|until|off (for|until)|free)\b/i, "a special price"],
];

const SIZE = /\b(\d{3,4}p|[1248]k)\b/i;

/** Words of conditions; an example may have them, a rule only in a form that is known. */
const CONDITIONS: readonly (readonly [words: RegExp, reason: string])[] = [
  [SIZE, "prices by resolution in a form that is not known"],
  [/\bif\b|\bwhen\b|\bvoice\b|\baudio\b/i, "a condition in a form that is not known"],
];
