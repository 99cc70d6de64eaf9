import { useQuery } from "@tanstack/react-query";
import { Figure } from "../../app/figure.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

/** How long the credits last at what is spent now; none is claimed where nothing is being spent. */
export function RunwayFigure() {
  const { data } = useQuery(useTRPC().resources.standing.queryOptions({}));
  if (data === undefined) return <Figure label="Runway" value="…" />;
  if (data.runwayDays === null) {
    return <Figure label="Runway" value="–" note="Nothing is being spent" />;
  }
  // Tenths matter where little is left.
  const days = data.runwayDays >= 10 ? Math.floor(data.runwayDays) : Math.max(0, data.runwayDays);
  return (
    <Figure
      label="Runway"
      value={`${days.toLocaleString("en")} ${days === 1 ? "day" : "days"}`}
      note={
        <>
          At <Money amount={data.usageDaily} /> of usage
          {data.infrastructureDaily > 0n && (
            <>
              {" "}
              and <Money amount={data.infrastructureDaily} /> of infrastructure
            </>
          )}{" "}
          a day
        </>
      }
    />
  );
}
