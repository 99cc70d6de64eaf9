import { NavLink, Text } from "@mantine/core";
import { Link, useRouterState } from "@tanstack/react-router";
import { isManager, type Me } from "../session/use-me.ts";
import type { Room } from "./room.ts";
import { rooms } from "./routes.tsx";

/** The rooms this person may open, by section. */
export function Navigation({ me }: { me: Me }) {
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <>
      {menuFor(rooms, me).map(({ section, entries }) => (
        <div key={section} className="menu-section">
          {section !== "" && (
            <Text size="xs" c="dimmed" fw={600} className="menu-heading">
              {section}
            </Text>
          )}
          {entries.map(({ path, title, icon: RoomIcon }) => (
            <NavLink
              key={path}
              component={Link}
              to={path}
              label={title}
              className="menu-entry"
              active={isWithin(pathname, path)}
              aria-current={isWithin(pathname, path) ? "page" : undefined}
              leftSection={<RoomIcon size={18} stroke={1.7} aria-hidden />}
            />
          ))}
        </div>
      ))}
    </>
  );
}

type MenuEntry = { path: string; title: string; icon: NonNullable<Room["menu"]>["icon"] };

/** The menu of a person: sections in their order of appearance, rooms of other roles left out. */
export function menuFor(
  all: readonly Room[],
  me: Pick<Me, "kind" | "role"> & { portal?: unknown },
): { section: string; entries: MenuEntry[] }[] {
  const sections = new Map<string, MenuEntry[]>();
  const manages = isManager(me);
  const visits = me.portal !== null && me.portal !== undefined;
  for (const { path, title, audience, managers = false, portal = false, menu } of all) {
    if (visits && !portal) continue;
    if (menu === undefined || (audience !== "everyone" && audience !== me.kind)) continue;
    if (managers && !manages) continue;
    const entries = sections.get(menu.section) ?? [];
    entries.push({ path, title, icon: menu.icon });
    sections.set(menu.section, entries);
  }
  return [...sections].map(([section, entries]) => ({ section, entries }));
}

/** Whether an address belongs to a room of the menu: itself or something below it. */
export const isWithin = (pathname: string, path: string): boolean =>
  path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(`${path}/`);
