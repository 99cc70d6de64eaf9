import { BIRTH_BOUNDS, compareFractions, listPerUnit, perUnit } from "@ratebook/core";
import { allowanceFor, isAboveTextBounds } from "./allowed-prices.ts";
import { type Check, checkOf } from "./check.ts";
import type { Jump } from "./replay-documents.ts";
import type { ScratchCatalogue } from "./scratch-catalogue.ts";

type ActivatedRate = {
  offering: string;
  meter: string;
  conditions: string;
  usd: string | null;
  per: bigint;
  free: boolean;
  source: string;
  openedAt: Date;
};

/** What must be true of every rate that was ever active, whichever source it came from and however short it lived. */
export async function checkPrices({ sql }: ScratchCatalogue, jumps: readonly Jump[]): Promise<Check[]> {
  const rates = await sql<ActivatedRate[]>`
    select offering, meter, condition_key as conditions, trim_scale(usd)::text as usd, per, free, source,
      opened_at as "openedAt"
    from ratebook.rate order by offering, meter, opened_at`;
  const noPrice = rates.filter(({ usd }) => usd === null || !/^\d+(\.\d+)?$/.test(usd));
  const zero = rates.filter(({ usd, free }) => usd !== null && /^0(\.0+)?$/.test(usd) && !free);
  const priced = rates.flatMap((rate) => (rate.usd === null ? [] : [{ ...rate, usd: rate.usd }]));
  const dear = priced.filter((rate) => isAboveTextBounds(rate) && allowanceFor(rate) === null);
  const allowed = priced.filter((rate) => isAboveTextBounds(rate) && allowanceFor(rate) !== null);
  const beyond = priced.filter((rate) => {
    const bound = Object.entries(BIRTH_BOUNDS).find(([meter]) => meter === rate.meter)?.[1];
    return (
      bound !== undefined &&
      compareFractions(listPerUnit(rate), perUnit(bound)) > 0 &&
      allowanceFor(rate) === null
    );
  });
  const names = [...new Set(allowed.map(({ offering }) => offering))].join(", ") || "none";
  const ever = `${rates.length} rates were active at some time`;
  return [
    checkOf(
      "no active text-token rate above $200/M in or $1,000/M out but those allowed by name",
      dear.map(rateText),
      `${ever}; above the bounds by the allow-list: ${names}`,
    ),
    checkOf("no active rate above the bound of its meter", beyond.map(rateText), ever),
    checkOf(
      "no active rate of 0 without the free flag",
      zero.map(rateText),
      `${countFree(rates)} rates are free`,
    ),
    checkOf("no −1, null or NaN active, ever", noPrice.map(rateText), ever),
    checkOf(
      "no price moved below half or above double without a second source or a person",
      jumps
        .filter(({ because }) => because === null)
        .map((jump) => `${jump.file}: ${jump.key} from ${jump.from} to ${jump.to}`),
      `${jumps.length} moved, each confirmed`,
    ),
  ];
}

const rateText = (rate: ActivatedRate): string =>
  `${rate.offering} ${rate.meter} ${rate.conditions} $${rate.usd} for ${rate.per} from ${rate.source} on ${rate.openedAt.toISOString().slice(0, 10)}`;

const countFree = (rates: readonly ActivatedRate[]): number => rates.filter(({ free }) => free).length;
