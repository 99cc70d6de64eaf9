import type { ContractTerms } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { ContractVersion } from "./contract-version.ts";

/** Terms as a contract that nobody has: for previews. Its price lock dates rates as the real one would. */
export async function draftContract(
  { sql, clock, newId }: Pick<Ctx, "sql" | "clock" | "newId">,
  customerId: string,
  terms: ContractTerms,
): Promise<ContractVersion> {
  const { priceLock } = terms;
  const [locked] =
    priceLock === null
      ? []
      : await sql<{ asOf: Date }[]>`
          select active_from as "asOf" from ratebook.catalogue_version where version = ${priceLock.catalogueVersion}`;
  const now = clock();
  return {
    version: 0,
    // Of its own, because compiled prices are kept by it.
    label: `draft-${newId()}`,
    customerId,
    validFrom: now,
    validUntil: null,
    terms,
    lock:
      priceLock === null || locked === undefined
        ? null
        : {
            catalogueVersion: priceLock.catalogueVersion,
            match: priceLock.match,
            until: new Date(priceLock.until),
            asOf: locked.asOf,
          },
    plan: null,
    note: "draft",
    createdBy: "draft",
    createdAt: now,
    revision: 0n,
  };
}
