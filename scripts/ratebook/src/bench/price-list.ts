import { type Provider, waitForUpdate } from "@pydantic/genai-prices";
import { findSource, providerName, readSource } from "@ratebook/catalog";
import {
  type CompiledOffering,
  compileOffering,
  isInForce,
  must,
  offeringLookup,
  SHIPPED_POLICY,
  statedRates,
} from "@ratebook/core";

/** One price list, as Ratebook rates by it and as the library it comes from prices by it. */
export type PriceList = {
  /** The offering of a name, compiled as the server keeps it in memory. */
  find: (provider: string, model: string) => CompiledOffering | undefined;
  models: { provider: string; model: string; theirProvider: Provider }[];
};

/** Reads the bundled price list with the rates in force at an instant. */
export async function readPriceList(at: Date): Promise<PriceList> {
  const source = must(findSource("genai-prices"), "the source ships with Ratebook");
  const bundled = must(await source.bundled?.(), "its document is bundled");
  const { raw: body, url, publishedAt: fetchedAt } = bundled;
  const read = await readSource(source, { from: "recording", body, url, fetchedAt });
  if (!read.ok || read.value.status !== "parsed") throw new Error("the bundled price list was not readable");
  const { raw, parsed } = read.value;
  const inForce = statedRates(parsed.document).filter((rate) => isInForce(rate, at));
  const rates = Map.groupBy(inForce, ({ offering }) => offering);
  const compiled = new Map(
    parsed.document.offerings.map(({ provider, model, modality }) => {
      const offering = `${provider}/${model}`;
      const own = (rates.get(offering) ?? []).map((rate, index) => ({
        ...rate,
        rateId: `${offering}#${index}`,
        source: source.id,
        sha256: raw.sha256,
      }));
      const rated = { offering, provider, model, modality, listed: true, rates: own };
      return [offering, compileOffering(rated, SHIPPED_POLICY)];
    }),
  );
  const lookup = offeringLookup(parsed.document.offerings);
  const providers = new Map(
    must(await waitForUpdate(), "the package carries its own data").map((it) => [providerName(it.id), it]),
  );
  return {
    find: (provider, model) => compiled.get(lookup(provider, model) ?? ""),
    models: parsed.document.offerings.flatMap(({ provider, model }) => {
      const theirProvider = providers.get(provider);
      return theirProvider === undefined ? [] : [{ provider, model, theirProvider }];
    }),
  };
}
