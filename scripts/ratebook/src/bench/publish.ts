import { must } from "@ratebook/core";
import type { Bench } from "./bench.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { litellmDocument, repriced } from "./litellm-document.ts";
import { countRows, openPublisher, type Published } from "./publisher.ts";
import { median } from "./statistics.ts";

/** The widest price list there is: how long until its prices are active. */
export const publish: Bench = {
  name: "publish",
  title: "LiteLLM's full document is parsed, compared, guarded and published",
  run: measure,
};

async function measure(lab: Lab) {
  const document = { source: "litellm", ...litellmDocument() };
  const changed = { source: "litellm", ...repriced(document) };
  lab.progress(`publish: ${document.from}, ${threeDigits(document.body.length / 1e6)} MB`);
  const firsts: Published[] = [];
  const repeats: Published[] = [];
  const changes: Published[] = [];
  let rowsOfRepeats = 0;
  for (let round = 0; round < (lab.quick ? 1 : ROUNDS); round += 1) {
    const database = await lab.openDatabase(`catalogue_${round}`);
    const publisher = await openPublisher(database.connect({ max: 4 }).sql);
    firsts.push(await publisher.publish(document, "published"));
    const rows = await countRows(publisher.sql);
    repeats.push(await publisher.publish(document, "unchanged"));
    rowsOfRepeats += (await countRows(publisher.sql)) - rows;
    changes.push(await publisher.publish(changed, "published"));
  }
  const offerings = must(firsts[0], "there is a round").offerings.toLocaleString("en");
  const figure = (what: string, published: Published[], atMost: number) => ({
    what,
    measured: median(published.map(({ seconds }) => seconds)),
    unit: "s" as const,
    target: { atMost },
    note: parts(published),
  });
  return [
    figure(`LiteLLM's ${offerings} offerings, first publication`, firsts, 3),
    figure("the document again with one text model in 200 repriced", changes, 3),
    figure("the same document again", repeats, 0.3),
    {
      what: "rows that it wrote",
      measured: rowsOfRepeats,
      unit: "rows" as const,
      target: { atMost: 0 },
      note: "of offerings, claims, rates, versions, proposals and snapshots",
    },
  ];
}

const parts = (published: readonly Published[]): string => {
  const middle = (of: (one: Published) => number): string => threeDigits(median(published.map(of)));
  return (
    `${middle(({ readMs }) => readMs)} ms to read and parse, ` +
    `${middle(({ submitMs }) => submitMs)} ms to compare, guard and publish; ${middle(({ nodeMs }) => nodeMs)} ms of them Node's CPU time`
  );
};

const ROUNDS = 3;
