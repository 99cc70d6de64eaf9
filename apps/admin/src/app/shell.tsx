import { AppShell, Burger, Container, Group, ScrollArea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { MeContext, useSession } from "../session/use-me.ts";
import { ColorSchemeToggle } from "./color-scheme-toggle.tsx";
import { ErrorState } from "./error-state.tsx";
import { LoadingRoom } from "./loading.tsx";
import { Navigation } from "./navigation.tsx";
import { OrganizationSwitch } from "./organization-switch.tsx";
import { LeavePortal, PortalBrand, usePortalColor } from "./portal-frame.tsx";
import { PriceBanner } from "./price-banner.tsx";
import { UserMenu } from "./user-menu.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The frame of every room: header, menu by role, and the room. Sends people who are not signed in to the door. */
export function Shell() {
  const session = useSession();
  const { pathname, href } = useRouterState({ select: ({ location }) => location });
  const [opened, { toggle, close }] = useDisclosure(false);

  usePortalColor(session.data?.portal?.branding.color ?? null);

  // The menu covers a small screen; choosing a room uncovers it.
  useEffect(close, [pathname]);

  // A refresh that fails takes no room away, nor what is being written in it.
  if (session.isLoadingError) {
    return (
      <Container size="sm" py={96}>
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </Container>
    );
  }
  if (session.data === null) {
    // While the door is loading, the shell is still drawn at the door's address.
    if (pathname === "/sign-in") return null;
    return <Navigate to="/sign-in" search={href === "/" ? {} : { next: href }} replace />;
  }
  const me = session.data;
  const portal = me?.portal ?? null;
  return (
    <MeContext value={me ?? null}>
      <a href="#room" className="skip-link">
        Skip to the content
      </a>
      <AppShell
        layout="alt"
        header={{ height: 56 }}
        navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !opened } }}
        padding={{ base: "md", md: "xl" }}
      >
        <AppShell.Header className="shell-header">
          <Group h="100%" px={{ base: "md", md: "xl" }} gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? "Close the menu" : "Open the menu"}
              aria-expanded={opened}
            />
            <Link
              to="/"
              className="wordmark-link shell-small"
              aria-label={`${portal?.branding.name ?? "Ratebook"}, to the overview`}
            >
              {portal === null ? <Wordmark /> : <PortalBrand portal={portal} />}
            </Link>
            <Group gap="xs" ml="auto" wrap="nowrap" style={{ minWidth: 0 }}>
              {me && <OrganizationSwitch me={me} />}
              <ColorSchemeToggle />
              {portal !== null && <LeavePortal portal={portal} />}
              {me && portal === null && <UserMenu me={me} />}
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className="shell-navbar" aria-label="Rooms">
          <AppShell.Section className="shell-brand">
            <Link
              to="/"
              className="wordmark-link"
              aria-label={`${portal?.branding.name ?? "Ratebook"}, to the overview`}
            >
              {portal === null ? <Wordmark /> : <PortalBrand portal={portal} />}
            </Link>
            <Burger opened onClick={close} hiddenFrom="sm" size="sm" aria-label="Close the menu" />
          </AppShell.Section>
          <AppShell.Section grow component={ScrollArea} px="sm" pb="md">
            {me && <Navigation me={me} />}
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="room" tabIndex={-1} className="shell-main">
          <Container size={1240} p={0}>
            {me?.kind === "operator" && <PriceBanner />}
            {me ? <Outlet /> : <LoadingRoom />}
          </Container>
        </AppShell.Main>
      </AppShell>
    </MeContext>
  );
}
