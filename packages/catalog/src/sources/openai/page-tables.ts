import type { CheerioAPI } from "cheerio";
import { attributePlace, cssPlace, type PageElement } from "../../document/html-place.ts";
import { type Cell, headedTable, type PriceTable } from "../../document/html-table.ts";
import type { Unit } from "../../document/price-cell.ts";
import { statedUnit } from "../../document/stated-unit.ts";
import { type AstroValue, astroField, astroItems, astroProps, astroText } from "./astro-props.ts";

/** A price table of the page with what stands around it. */
export type PageTable = {
  /** The table with its headings: drawn on the page, or whole in the island's props. Null where it has none. */
  table: PriceTable | null;
  /** Rows of props that come without headings; what their columns are is told by the drawn table. */
  headless: readonly (readonly Cell[])[];
  /** "standard", "batch", "flex", "fast", "priority"; as the page names it. */
  tier: string;
  /** What a bare number is counted in, as the words above the table say. */
  unit: Unit | null;
  where: string;
};

/** All price tables of the page, each island once. */
export function pageTables($: CheerioAPI): PageTable[] {
  return [
    ...$("astro-island")
      .get()
      .filter((island) => /Pricing\w*Tables?$/.test(island.attribs["component-export"] ?? ""))
      .map((island) => islandTable($, island)),
    ...$("table")
      .get()
      .filter((table) => !/Pricing/.test($(table).closest("astro-island").attr("component-export") ?? ""))
      .flatMap((element) => {
        const table = headedTable($, element, FIRST_HEADING);
        const props = astroProps($(element).closest("astro-island").attr("props"));
        return table === null ? [] : [{ table, headless: [], ...around($, element, props) }];
      }),
  ];
}

/**
 * The number of input tokens above which the page's "Long context" prices hold; null where it says none or more
 * than one.
 */
export function longContextAbove($: CheerioAPI): number | null {
  const said = new Set<string>();
  for (const island of $("astro-island[props*='ong context']").get()) {
    const groups = astroItems(astroField(astroProps(island.attribs.props), "headingGroups")) ?? [];
    for (const group of groups) {
      const tip = astroField(astroField(group, "label"), "__pricingTooltipHeading");
      if (!/^long context$/i.test(astroText(astroField(tip, "label"))?.text ?? "")) continue;
      said.add(
        /^>\s?(\d+)K input tokens$/i.exec(astroText(astroField(tip, "tooltip"))?.text ?? "")?.[1] ?? "",
      );
    }
  }
  const [thousands] = said;
  return said.size === 1 && thousands !== undefined && thousands !== "" ? Number(thousands) * 1000 : null;
}

function islandTable($: CheerioAPI, island: PageElement): PageTable {
  const props = astroProps(island.attribs.props);
  const place = cssPlace($, island);
  const whole = groupedTable(props, place) ?? flatTable(props, place);
  const drawn = $(island).find("table").get(0);
  const table = whole ?? (drawn === undefined ? null : headedTable($, drawn, FIRST_HEADING));
  const headless = whole === null ? headlessRows(props, place) : [];
  return { table, headless, ...around($, island, props) };
}

const headlessRows = (props: AstroValue | null, place: string): Cell[][] =>
  (astroItems(astroField(props, "rows")) ?? []).flatMap((row) => {
    const cells = cellsOf(row, place);
    return cells === null ? [] : [cells];
  });

/** `groups` of rows that share their first cell, under `headings` or under two levels of them. */
function groupedTable(props: AstroValue | null, place: string): PriceTable | null {
  const groups = astroItems(astroField(props, "groups"));
  const headings = groupedHeadings(props) ?? plainHeadings(props);
  if (groups === null || headings === null) return null;
  const rows = groups.flatMap((group) => {
    const shared = cellOf(astroField(group, "model"), place);
    return (astroItems(astroField(group, "rows")) ?? []).map((row) => {
      const cells = cellsOf(row, place);
      return shared === null || cells === null ? [] : [shared, ...cells];
    });
  });
  return tableOf(headings, rows, place);
}

function flatTable(props: AstroValue | null, place: string): PriceTable | null {
  const headings = plainHeadings(props);
  const rows = astroItems(astroField(props, "rows"));
  if (headings === null || rows === null) return null;
  return tableOf(
    headings,
    rows.map((row) => cellsOf(row, place) ?? []),
    place,
  );
}

function tableOf(headings: string[][], rows: Cell[][], where: string): PriceTable {
  const placed = rows.map((cells) => ({ where: cells[0]?.where ?? where, cells }));
  return {
    where,
    headings,
    rows: placed.filter(({ cells }) => cells.length === headings.length),
    uneven: placed
      .filter(({ cells }) => cells.length !== headings.length)
      .map((row) => ({ where: row.where, text: row.cells.map(({ text }) => text).join(" | ") })),
  };
}

function plainHeadings(props: AstroValue | null): string[][] | null {
  const headings = astroItems(astroField(props, "headings"))?.map(
    (heading) => astroText(heading)?.text ?? null,
  );
  if (headings === undefined || headings.includes(null)) return null;
  return headings.filter((text) => text !== null).map((text) => [text]);
}

/** Headings under the groups that span them; null where there are no groups or they do not fit. */
function groupedHeadings(props: AstroValue | null): string[][] | null {
  const labels = astroItems(astroField(props, "headingLabels"))?.map((label) => astroText(label)?.text ?? "");
  const groups = astroItems(astroField(props, "headingGroups"))?.flatMap((group) => {
    const label = astroText(astroField(group, "label"))?.text ?? "";
    const span = Number(astroText(astroField(group, "colSpan"))?.text);
    return Array.from({ length: span > 0 && span < 50 ? span : 0 }, () => label);
  });
  if (labels === undefined || labels.includes("") || groups?.length !== labels.length) return null;
  return labels.map((label, column) => [groups[column] ?? "", label].filter((text) => text !== ""));
}

function cellsOf(row: AstroValue, place: string): Cell[] | null {
  const cells = astroItems(row)?.map((cell) => cellOf(cell, place));
  return cells === undefined || cells.includes(null) ? null : cells.filter((cell) => cell !== null);
}

function cellOf(value: AstroValue | null, place: string): Cell | null {
  const printed = astroText(value);
  return printed === null ? null : { text: printed.text, where: attributePlace(place, "props", printed.at) };
}

/** The tier of the pane an element stands in, and the unit that the words before it state. */
function around($: CheerioAPI, element: PageElement, props: AstroValue | null) {
  const pane = $(element).closest("[data-content-switcher-pane]").attr("data-value");
  return {
    tier: astroText(astroField(props, "tier"))?.text ?? pane ?? "standard",
    // Panes beside this one show the same tables for other tiers.
    unit: statedUnit($, element, "[data-content-switcher-pane]"),
    where: cssPlace($, element),
  };
}

const FIRST_HEADING = /^(model|category|tool)$/i;
