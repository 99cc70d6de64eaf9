/** An element of a page, as far as it is needed to find places and show their text. */
export type PageNode = {
  tag: string;
  attributes: ReadonlyMap<string, string>;
  parent: PageNode | null;
  children: (PageNode | string)[];
};

/**
 * Finds the element a place leads to: steps of `tag`, `tag:nth-of-type(n)` or `#id` joined by `>`, as the sources write
 * them. Null where there is none.
 *
 * Reads HTML leniently and never runs it: what comes out is shown as text.
 */
export function findElement(html: string, selector: string): PageNode | null {
  const steps = selector.split(/\s*>\s*/).map((step) => step.trim());
  const root = readPage(html);
  const [first = ""] = steps;
  let at: PageNode | null = first.startsWith("#") ? byId(root, first.slice(1)) : pick(root, first);
  for (const step of steps.slice(1)) at = at && pick(at, step);
  return at;
}

/** All text inside an element, white space collapsed. */
export function textOf(node: PageNode): string {
  const parts: string[] = [];
  const visit = (it: PageNode) => {
    for (const child of it.children) {
      if (typeof child === "string") parts.push(child);
      else if (!HIDDEN.has(child.tag)) {
        visit(child);
        parts.push(" ");
      }
    }
  };
  visit(node);
  return parts.join("").replaceAll(/\s+/g, " ").trim();
}

/** A page as a tree; elements that HTML lets stay open are closed by what follows them. */
export function readPage(html: string): PageNode {
  const root: PageNode = { tag: "", attributes: new Map(), parent: null, children: [] };
  let open = root;
  const token = /<!--[\s\S]*?(?:-->|$)|<(\/?)([A-Za-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>|[^<]+|</g;
  for (let match = token.exec(html); match !== null; match = token.exec(html)) {
    const [text, slash, name, rest = ""] = match;
    if (name === undefined) {
      if (!text.startsWith("<!--")) open.children.push(decodeEntities(text));
      continue;
    }
    const tag = name.toLowerCase();
    if (slash === "/") {
      open = closed(open, tag);
      continue;
    }
    open = beside(open, tag);
    if (tag === "tr" && open.tag === "table") open = append(open, "tbody", "");
    const node = append(open, tag, rest);
    if (RAW.has(tag)) {
      const end = html.toLowerCase().indexOf(`</${tag}`, token.lastIndex);
      token.lastIndex = end < 0 ? html.length : end;
    }
    if (!VOID.has(tag) && !(rest.endsWith("/") && FOREIGN.has(tag))) open = node;
  }
  return root;
}

/** `&amp;` and its like as the characters they stand for. */
export const decodeEntities = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, name: string) => {
    const code = name.startsWith("#x")
      ? Number.parseInt(name.slice(2), 16)
      : name.startsWith("#")
        ? Number.parseInt(name.slice(1), 10)
        : null;
    if (code === null) return NAMED[name.toLowerCase()] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

function append(parent: PageNode, tag: string, rest: string): PageNode {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single, bare] of rest.matchAll(
    /([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g,
  )) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeEntities(double ?? single ?? bare ?? ""));
  }
  const node: PageNode = { tag, attributes, parent, children: [] };
  parent.children.push(node);
  return node;
}

/** Where an end tag leads; one that closes nothing is passed over. */
function closed(open: PageNode, tag: string): PageNode {
  for (let at: PageNode | null = open; at !== null; at = at.parent) {
    if (at.tag === tag) return at.parent ?? at;
    if (tag !== "table" && at.tag === "table") break;
  }
  return open;
}

/** The element a start tag belongs into, after those it closes by itself. */
function beside(open: PageNode, tag: string): PageNode {
  const ends = CLOSES[tag];
  if (ends === undefined) return open;
  let into = open;
  for (let at: PageNode | null = open; at !== null && !STOPS.has(at.tag); at = at.parent) {
    if (ends.includes(at.tag)) into = at.parent ?? at;
  }
  return into;
}

function pick(parent: PageNode, step: string): PageNode | null {
  const [, tag = "", nth] = /^([a-z][\w-]*)(?::nth-of-type\((\d+)\))?$/i.exec(step) ?? [];
  const same = parent.children.filter(
    (child): child is PageNode => typeof child !== "string" && child.tag === tag,
  );
  return (nth === undefined ? same[0] : same[Number(nth) - 1]) ?? null;
}

function byId(root: PageNode, id: string): PageNode | null {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.attributes.get("id") === id) return node;
    for (const child of node.children) if (typeof child !== "string") waiting.push(child);
  }
  return null;
}

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
/** Elements of SVG and MathML may close themselves. */
const FOREIGN = new Set("circle ellipse g line path polygon polyline rect stop svg use".split(" "));
/** Their content is no markup. */
const RAW = new Set(["script", "style", "textarea", "title", "noscript", "template"]);
const HIDDEN = new Set(["script", "style", "noscript", "template"]);
const STOPS = new Set(["", "html", "body", "table", "div", "section", "article", "main", "ul", "ol", "dl"]);
const BLOCKS =
  "p div section article main header footer nav aside h1 h2 h3 h4 h5 h6 ul ol dl table pre form hr figure";
const CLOSES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(BLOCKS.split(" ").map((tag) => [tag, ["p"]])),
  li: ["li"],
  dt: ["dt", "dd"],
  dd: ["dt", "dd"],
  td: ["td", "th"],
  th: ["td", "th"],
  tr: ["tr", "td", "th"],
  tbody: ["tbody", "thead", "tr", "td", "th"],
  tfoot: ["tbody", "thead", "tr", "td", "th"],
  option: ["option"],
};
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  ndash: "–",
  mdash: "—",
  times: "×",
  dollar: "$",
};
