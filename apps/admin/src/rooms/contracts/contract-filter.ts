import { CONTRACT_STATES } from "@ratebook/api/inputs";
import type { AddressChange } from "../../app/use-address-params.ts";
import type { Contract } from "./contract.ts";

/** Which contract versions are listed; all of it stands in the address. */
export type ContractFilter = {
  search: string;
  state: Contract["state"] | null;
  /** Id of the plan they were made from. */
  plan: string | null;
  endsWithinDays: number | null;
};

/** Reads the filter out of the address; what is no filter there counts as none. */
export function readContractFilter(params: URLSearchParams): ContractFilter {
  const days = Number(params.get("ends") ?? "");
  return {
    search: (params.get("q") ?? "").trim().slice(0, 200),
    state: CONTRACT_STATES.find((state) => state === params.get("state")) ?? null,
    plan: params.get("plan")?.slice(0, 64) || null,
    endsWithinDays: Number.isInteger(days) && days >= 1 && days <= 3650 ? days : null,
  };
}

/** What to change in the address for a changed filter. */
export const contractFilterChange = (changed: Partial<ContractFilter>): AddressChange => ({
  ...(changed.search !== undefined && { q: changed.search }),
  ...(changed.state !== undefined && { state: changed.state }),
  ...(changed.plan !== undefined && { plan: changed.plan }),
  ...(changed.endsWithinDays !== undefined && { ends: changed.endsWithinDays?.toString() ?? null }),
});

/** The filter as the list is asked for it. */
export const asked = ({ search, state, plan, endsWithinDays }: ContractFilter) => ({
  ...(search !== "" && { search }),
  ...(state !== null && { state }),
  ...(plan !== null && { plan }),
  ...(endsWithinDays !== null && { endsWithinDays }),
});

/** Everything, as when the address says nothing. */
export const NO_FILTER: ContractFilter = { search: "", state: null, plan: null, endsWithinDays: null };
