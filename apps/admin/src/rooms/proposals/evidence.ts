import type { Api } from "../../app/trpc.ts";
import { conditionsId } from "../catalogue/conditions-text.ts";

/** A held change with everything a person needs to decide on it. */
export type Evidence = Api<"catalog", "proposal">;

/** What one source says of the price point a proposal is about. */
export type SourceSide = {
  source: string;
  /** `proposed`: held itself, so not that source's good word yet. `this`: the change being decided. */
  standing: "this" | "proposed" | "accepted";
  usd: string;
  per: bigint;
  /** Whether it is what is billed now. */
  decides: boolean;
  /** 1 decides before 2; null for a witness, undefined where nothing says. */
  rank: number | null | undefined;
  because: string | null;
  /** How it stands to the proposed price; null for the proposed one itself, and where none is proposed. */
  agrees: boolean | null;
  ratio: string | null;
  missingSince: Date | null;
};

/**
 * The sources side by side at one price point: the proposed price first, then what each source is known to say in order
 * of authority, then what others propose.
 */
export function sourcesSideBySide({ proposal, authority, witnesses }: Evidence): SourceSide[] {
  const ranked = authority?.sources ?? [];
  const rankOf = (source: string) => ranked.find((it) => it.source === source);
  const point = conditionsId(proposal.when);
  const comparison = (source: string, standing: "accepted" | "proposed") => {
    const found = witnesses.find((it) => it.source === source && it.standing === standing);
    return { agrees: found?.agreesWithNew ?? null, ratio: found?.ratioToNew ?? null };
  };
  const proposed: SourceSide[] =
    proposal.newUsd === null || proposal.newPer === null
      ? []
      : [
          {
            source: proposal.source,
            standing: "this",
            usd: proposal.newUsd,
            per: proposal.newPer,
            decides: false,
            rank: rankOf(proposal.source)?.rank,
            because: rankOf(proposal.source)?.because ?? null,
            agrees: null,
            ratio: null,
            missingSince: null,
          },
        ];
  const accepted = ranked.flatMap(({ source, rank, because, rates }) =>
    rates
      .filter(({ when }) => conditionsId(when) === point)
      .map(
        ({ usd, per, decides, missingSince }): SourceSide => ({
          source,
          standing: "accepted",
          usd,
          per,
          decides,
          rank,
          because,
          missingSince,
          ...comparison(source, "accepted"),
        }),
      ),
  );
  const others = witnesses
    .filter(({ standing }) => standing === "proposed")
    .map(
      ({ source, usd, per }): SourceSide => ({
        source,
        standing: "proposed",
        usd,
        per,
        decides: false,
        rank: rankOf(source)?.rank,
        because: rankOf(source)?.because ?? null,
        missingSince: null,
        ...comparison(source, "proposed"),
      }),
    );
  return [...proposed, ...accepted, ...others];
}

/** A text cut around what is marked in it; all of it in `before` where nothing is. */
export function markedParts(
  text: string,
  mark: { from: number; to: number } | null,
): { before: string; marked: string; after: string } {
  if (mark === null) return { before: text, marked: "", after: "" };
  return {
    before: text.slice(0, mark.from),
    marked: text.slice(mark.from, mark.to),
    after: text.slice(mark.to),
  };
}
