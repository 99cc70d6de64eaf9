/** Half-open offsets in a text. */
export type TextSpan = { from: number; to: number };

/**
 * Where the value a JSON pointer (`#/data/3/price`) leads to stands in the text, quotes of a string left out; null where
 * the text has no such place or is no JSON.
 */
export function findJsonPlace(text: string, pointer: string): TextSpan | null {
  if (!/^#(\/|$)/.test(pointer)) return null;
  const path = pointer
    .slice(1)
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  let at = skipSpace(text, text.startsWith("\uFEFF") ? 1 : 0);
  for (const token of path) {
    const next = enter(text, at, token);
    if (next === null) return null;
    at = next;
  }
  const end = skipValue(text, at);
  if (end === null) return null;
  return text[at] === '"' ? { from: at + 1, to: end - 1 } : { from: at, to: end };
}

/** Start of a member's or an element's value. */
function enter(text: string, open: number, token: string): number | null {
  const isObject = text[open] === "{";
  if (!isObject && text[open] !== "[") return null;
  let at = skipSpace(text, open + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index++) {
    let key = String(index);
    if (isObject) {
      const end = skipString(text, at);
      if (end === null) return null;
      key = keyOf(text.slice(at, end));
      at = skipSpace(text, end);
      if (text[at] !== ":") return null;
      at = skipSpace(text, at + 1);
    }
    if (key === token) return at;
    const end = skipValue(text, at);
    if (end === null) return null;
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return null;
}

/** End of the value that starts here. */
function skipValue(text: string, start: number): number | null {
  const first = text[start];
  if (first === '"') return skipString(text, start);
  if (first !== "{" && first !== "[") {
    const end = /[\s,\]}]|$/g;
    end.lastIndex = start;
    const found = end.exec(text)?.index ?? start;
    return found > start ? found : null;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = skipString(text, at);
      if (end === null) return null;
      at = end - 1;
    } else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  return null;
}

function skipString(text: string, start: number): number | null {
  if (text[start] !== '"') return null;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return null;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
  return at;
}

/** A key that is no JSON string matches nothing. */
function keyOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return "";
  }
}
