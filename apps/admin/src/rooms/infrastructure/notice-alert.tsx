import { Alert, Anchor } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Instant } from "../../app/age.tsx";
import type { Api } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { countdownText, runwayText } from "./countdown-text.ts";

type NoticeAlertProps = {
  standing: Api<"resources", "standing">;
  /** True where the reader is who can pay. */
  own: boolean;
};

/** The 48-hour notice with its countdown; nothing where none is given. */
export function NoticeAlert({ standing, own }: NoticeAlertProps) {
  const now = useNow();
  const { notice, stopsAt, runwayDays } = standing;
  const icon = <IconAlertTriangle size={18} aria-hidden />;
  const topUp = own && (
    <Anchor component={Link} to="/billing" inherit fw={600}>
      Top up
    </Anchor>
  );
  if (notice === "warned" && stopsAt !== null) {
    const left = countdownText(stopsAt, now);
    return (
      <Alert
        color="orange"
        variant="light"
        icon={icon}
        title={left === "now" ? "The stop is due" : `Everything that runs is stopped in ${left}`}
      >
        {runwayDays === 0
          ? "The credits are used up, and what runs on becomes debt."
          : `The credits last ${runwayText(runwayDays)}.`}{" "}
        Nothing is stopped before <Instant at={stopsAt} />, and nothing at all once the credits last longer
        than {standing.noticeHours} hours again. {topUp}
      </Alert>
    );
  }
  if (notice === "stopping") {
    return (
      <Alert
        color="red"
        variant="light"
        icon={icon}
        title="The credits are gone: resources are being stopped"
      >
        What the platform has not stopped yet goes on as soon as there are credits. {topUp}
      </Alert>
    );
  }
  if (notice === "stopped") {
    return (
      <Alert color="red" variant="light" icon={icon} title="Stopped for want of credits">
        {own
          ? "Nothing was deleted. Buy credits, then start what is to run again."
          : "Nothing was deleted. Once there are credits, it can be started again."}{" "}
        {topUp}
      </Alert>
    );
  }
  return null;
}
