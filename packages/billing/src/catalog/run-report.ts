import type { ClaimDecision } from "./accept-claims.ts";
import type { JudgedDocument } from "./judge-document.ts";
import type { DocumentToPublish } from "./publish-document.ts";

/** What a document meant for an offering, the gravest thing that happened to one of its rates. */
export type OfferingOutcome = "ok" | "missing" | "held" | "quarantined" | "refused";

/** Offerings of a document by what happened to them; `rowsRefused` counts rows its parser left out. */
export type RunCounts = Record<
  OfferingOutcome | "unchanged" | "offerings" | "rowsRefused" | "alerts",
  number
>;

/** What is worth reading about a run; long lists are cut, the counts are not. */
export type RunDetails = {
  findings: { rule: string; sentence: string }[];
  alerts: { kind: string; where: string; detail: string }[];
  rowsRefused: { kind: string; where: string; offering: string | null; detail: string }[];
  offerings: { offering: string; outcome: OfferingOutcome; sentences: string[] }[];
};

/** The record of a run: counts and details of what its document did; `null` where it was the one we have. */
export function runReport(
  { document, alerts, refused }: Pick<DocumentToPublish, "document" | "alerts" | "refused">,
  judged: JudgedDocument | null,
): { counts: RunCounts; details: RunDetails } {
  const byOffering = Map.groupBy(judged?.report.decisions ?? [], ({ change }) =>
    change.kind === "removed" ? change.before.offering : change.after.offering,
  );
  const offerings = [...byOffering].map(([offering, decisions]) => {
    const outcome = gravest(decisions);
    return {
      offering,
      outcome,
      sentences: outcome === "ok" ? [] : decisions.filter(stopped).map(({ sentence }) => sentence),
    };
  });
  const stated = new Set(document.offerings.map(({ provider, model }) => `${provider}/${model}`));
  const count = (wanted: OfferingOutcome) => offerings.filter(({ outcome }) => outcome === wanted).length;
  const repeats = (judged?.repeated ?? []).map((rate) => ({
    kind: "conflicting_price",
    where: rate.where ?? "",
    detail: `${rate.offering} states ${rate.meter} twice under the same conditions; the first is used`,
  }));
  return {
    counts: {
      offerings: stated.size,
      unchanged: [...stated].filter((offering) => !byOffering.has(offering)).length,
      ok: count("ok"),
      missing: count("missing"),
      held: count("held"),
      quarantined: count("quarantined"),
      refused: count("refused"),
      rowsRefused: refused.length,
      alerts: alerts.length + repeats.length,
    },
    details: {
      findings: (judged?.report.findings ?? []).map(({ rule, sentence }) => ({ rule, sentence })),
      alerts: [...alerts, ...repeats].slice(0, LIST_MAX),
      rowsRefused: refused
        .slice(0, LIST_MAX)
        .map(({ kind, where, offering, detail }) => ({ kind, where, offering, detail })),
      offerings: offerings
        .toSorted((a, b) => GRAVITY[b.outcome] - GRAVITY[a.outcome] || (a.offering < b.offering ? -1 : 1))
        .slice(0, LIST_MAX),
    },
  };
}

const stopped = ({ action }: ClaimDecision): boolean => action !== "activate";

function gravest(decisions: readonly ClaimDecision[]): OfferingOutcome {
  let worst: OfferingOutcome = "ok";
  for (const { action, rule } of decisions) {
    const outcome = rule === "missing" && action === "hold" ? "missing" : OUTCOMES[action];
    if (GRAVITY[outcome] > GRAVITY[worst]) worst = outcome;
  }
  return worst;
}

const OUTCOMES = { activate: "ok", hold: "held", quarantine: "quarantined", refuse: "refused" } as const;
const GRAVITY = { ok: 0, missing: 1, held: 2, quarantined: 3, refused: 4 } as const;

/** Enough for a person to read; a first document alone would list thousands. */
const LIST_MAX = 1000;
