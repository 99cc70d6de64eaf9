import { load } from "cheerio";
import { expect, test } from "vitest";
import { htmlPlaces } from "./html-place.ts";
import { headedTable, headingKey, tableGrid } from "./html-table.ts";

const page = (table: string) => `<html><body><div><p>x</p><div>${table}</div></div></body></html>`;

function read(table: string, first = /^model$/i) {
  const $ = load(page(table));
  const element = $("table").get(0);
  if (element === undefined) throw new Error("the test has a table");
  return { table: headedTable($, element, first), grid: tableGrid($, element) };
}

test("spans are spread over the columns and rows they cover", () => {
  const { grid } = read(`<table>
    <tr><td colspan="2">MODEL</td><td>a</td><td>b</td></tr>
    <tr><td rowspan="2">PRICING</td><td>in</td><td colspan="2">$1</td></tr>
    <tr><td>out</td><td>$2</td><td>$3</td></tr></table>`);
  expect(grid.map((cells) => cells.map(({ text }) => text))).toEqual([
    ["MODEL", "MODEL", "a", "b"],
    ["PRICING", "in", "$1", "$1"],
    ["PRICING", "out", "$2", "$3"],
  ]);
});

test("a span is read as browsers read it", () => {
  const { grid } = read(
    `<table><tr><td colspan=" 2 ">a</td><td colspan="2px">b</td><td colspan="0">c</td><td colspan="x">d</td></tr></table>`,
  );
  expect(grid[0]?.map(({ text }) => text).join("")).toBe("aabbcd");
});

test("a row whose cells reach into one that hangs down from above is set aside", () => {
  const { table } = read(`<table><tr><th>Model</th><th>In</th><th>Out</th></tr>
    <tr><td>a</td><td rowspan="2">$1</td><td>$2</td></tr>
    <tr><td colspan="2">b</td><td>$3</td></tr>
    <tr><td>c</td><td>$4</td><td>$5</td></tr></table>`);
  expect(table?.rows.map(({ cells }) => cells[0]?.text)).toEqual(["a", "c"]);
  expect(table?.uneven.map(({ text }) => text)).toEqual(["b | $1 | b | $3"]);
});

test("spans that would fill all memory make no table", () => {
  const wide = '<td colspan="1000" rowspan="1000">x</td>'.repeat(100);
  expect(read(`<table><tr><th>Model</th><th>In</th></tr><tr>${wide}</tr></table>`).grid).not.toEqual([]);
  const tall = `<tr>${'<td colspan="1000" rowspan="1000">x</td>'}</tr>${"<tr></tr>".repeat(500)}`;
  expect(read(`<table>${tall}</table>`)).toEqual({ table: null, grid: [] });
});

test("a column's headings start with those of its group", () => {
  const { table } = read(`<table><thead>
    <tr><th></th><th colspan="2">Short</th><th colspan="2">Long</th></tr>
    <tr><th>Model</th><th>In</th><th>Out</th><th>In</th><th>Out</th></tr></thead>
    <tr><td>a</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>`);
  expect(table?.headings).toEqual([
    ["Model"],
    ["Short", "In"],
    ["Short", "Out"],
    ["Long", "In"],
    ["Long", "Out"],
  ]);
  expect(table?.rows.length).toBe(1);
});

test("groups that do not reach over the columns make the table unreadable", () => {
  const { table } = read(`<table>
    <tr><th></th><th>Short</th><th>Long</th></tr>
    <tr><th>Model</th><th>In</th><th>Out</th><th>In</th><th>Out</th></tr>
    <tr><td>a</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>`);
  expect(table).toBeNull();
});

test("a row with another number of cells is set aside; the others stand", () => {
  const { table } = read(`<table><tr><th>Model</th><th>In</th></tr>
    <tr><td>a</td><td>1</td></tr><tr><td>b</td><td>1</td><td>2</td></tr><tr><td>c</td></tr></table>`);
  expect(table?.rows.map(({ cells }) => cells[0]?.text)).toEqual(["a"]);
  expect(table?.uneven.map(({ text }) => text)).toEqual(["b | 1 | 2", "c"]);
});

test("footnotes, small print and line breaks are no part of a cell's words", () => {
  const { grid } = read(
    "<table><tr><td>$1<sup>(1)</sup></td><td>$2<br><small>note $3</small></td></tr></table>",
  );
  expect(grid[0]?.map(({ text }) => text)).toEqual(["$1", "$2"]);
});

test("a cell's place leads back to it alone, also past siblings and ids that stand twice", () => {
  const markup = `<section id="twice"></section><section id="twice"><table><tr><td>a</td><td>b</td></tr>
    <tr><td>c</td><td>d</td></tr></table></section>`;
  const { grid } = read(markup);
  const places = grid.flat().map(({ where }) => where);
  expect(places.map((where) => htmlPlaces(page(markup))(where))).toEqual(["a", "b", "c", "d"]);
  expect(new Set(places).size).toBe(4);
});

test("a place inside an attribute leads to its value", () => {
  const html = page(`<x-y id="here" props="{&quot;rows&quot;:[1.50,&quot;b&quot;]}"></x-y>`);
  expect(htmlPlaces(html)("#here @props#/rows/0")).toBe("1.50");
  expect(htmlPlaces(html)("#here @props#/rows/1")).toBe("b");
  expect(htmlPlaces(html)("#here @props#/rows/2")).toBeNull();
  expect(htmlPlaces(html)("#gone @props#/rows/0")).toBeNull();
  expect(htmlPlaces(html)("div")).toBeNull();
});

test("headings that drift in case, ampersands and footnotes have one key", () => {
  expect(headingKey("Cache Hits & Refreshes")).toBe(headingKey("Cache hits and refreshes1"));
  expect(headingKey(" Output  Tokens* ")).toBe("output tokens");
});
