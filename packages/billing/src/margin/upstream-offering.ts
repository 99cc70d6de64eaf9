import type { Ctx } from "../ctx.ts";

/** The offering a provider's spelling of a model is taken for, and whether the catalogue knows it. */
export type UpstreamOffering = { offering: string; known: boolean };

/**
 * Finds the offering that a provider's document means by a model: the mapping's own word, an id or alias of the
 * catalogue, the model before the comma of an invoice's line (`gpt-5.2, cached input`), or a name for people as an id is
 * written (`Claude Sonnet 4.5`).
 *
 * @param models the mapping's own words: the provider's spelling and our offering
 * @returns `known: false` with the name before the comma where the catalogue has none of them; it is never taken for another
 */
export function upstreamOffering(
  { catalogue }: { catalogue: Pick<Ctx["catalogue"], "resolve"> },
  provider: string,
  models: { readonly [spelling: string]: string },
  model: string,
): UpstreamOffering {
  const beforeComma = model.replace(/,[^,]*$/, "").trim();
  // Own properties alone: a model named like a property of every object has no mapping.
  const said = [model, beforeComma]
    .filter((name) => Object.hasOwn(models, name))
    .map((name) => models[name])[0];
  if (said !== undefined) {
    const offering = catalogue.resolve(said);
    return { offering: offering ?? said, known: offering !== null };
  }
  for (const spelling of new Set([model, beforeComma, slug(model), slug(beforeComma)])) {
    const offering = catalogue.resolve(`${provider}/${spelling}`) ?? catalogue.resolve(spelling);
    if (offering !== null) return { offering, known: true };
  }
  return { offering: `${provider}/${beforeComma}`, known: false };
}

const slug = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s.]+/g, "-");
