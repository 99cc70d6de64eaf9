import { Alert, Anchor, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isManager, useMe } from "../session/use-me.ts";
import { PageHeader } from "./page-header.tsx";
import type { Room } from "./room.ts";

/** Shows a room to the people it is for; the others are told so. What the room may show, the server decides. */
export function Admitted({ room, children }: { room: Room; children: ReactNode }) {
  const me = useMe();
  const invited = me.portal === null || room.portal === true;
  const forThem = invited && (room.audience === "everyone" || room.audience === me.kind);
  if (forThem && (room.managers !== true || isManager(me))) return <>{children}</>;
  return (
    <>
      <PageHeader title={room.title} />
      <Alert color="gray" variant="light" role="alert" icon={<IconLock size={18} aria-hidden />}>
        <Text size="sm">
          {sentenceFor(room, forThem)}{" "}
          <Anchor component={Link} to="/" inherit>
            Back to the overview
          </Anchor>
        </Text>
      </Alert>
    </>
  );
}

function sentenceFor({ audience }: Room, forThem: boolean): string {
  if (forThem) return "Only owners and admins of an organization open this room.";
  return audience === "operator" ? "Only operators open this room." : "This room belongs to an organization.";
}
