import { ContractTerms } from "@ratebook/core";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { BackTo } from "./back-to.tsx";
import { Draft } from "./draft.tsx";

/** A draft of a customer's next contract: from nothing, from a plan or from an earlier version, as the address says. */
export function DraftRoom() {
  const [params] = useAddressParams();
  const [customer, planId, from] = [
    params.get("customer") ?? "",
    params.get("plan") ?? "",
    params.get("from"),
  ];
  const trpc = useTRPC();
  const plans = useQuery(trpc.contracts.plans.queryOptions());
  const versions = useQuery(
    trpc.contracts.list.queryOptions({ customer, limit: 100 }, { enabled: customer !== "" }),
  );
  const failed = plans.isLoadingError ? plans : versions.isLoadingError ? versions : null;
  if (failed === null && (plans.data === undefined || (customer !== "" && versions.data === undefined))) {
    return <LoadingRoom />;
  }
  const plan = plans.data?.find(({ id, retired }) => id === planId && !retired);
  const earlier = versions.data?.items.find(({ version }) => version.toString() === from);
  return (
    <>
      <PageHeader
        title={earlier === undefined ? "New contract" : "New version of a contract"}
        above={<BackTo to="/contracts">Contracts</BackTo>}
        description={startText(plan?.name, earlier?.label)}
      />
      {failed !== null ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Draft
          key={`${customer} ${planId} ${from}`}
          plans={plans.data ?? []}
          terms={plan?.terms ?? earlier?.terms ?? ContractTerms.parse({})}
          head={{
            customer,
            plan: plan?.id ?? "",
            validFrom: "",
            validUntil: "",
            replace: earlier?.state === "active",
          }}
        />
      )}
    </>
  );
}

function startText(plan: string | undefined, earlier: string | undefined): string {
  if (plan !== undefined)
    return `Begins with the terms of the plan ${plan}. Nothing is sold by it until it is activated.`;
  return earlier === undefined
    ? "Nothing is sold by it until it is activated."
    : `Begins with the terms of ${earlier}. Nothing is sold by it until it is activated.`;
}
