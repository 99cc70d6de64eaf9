import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Admitted } from "./admitted.tsx";
import { LoadingRoom } from "./loading.tsx";
import { CrashedRoom, UnknownAddress } from "./lost.tsx";
import type { Room } from "./room.ts";
import { rooms } from "./routes.tsx";
import { Shell } from "./shell.tsx";

/**
 * The address book of the app: pages before the sign-in, and the shell with a lazily loaded route per room.
 */
export function createAdminRouter() {
  const root = createRootRoute({ component: Outlet, notFoundComponent: UnknownAddress });
  const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
  const roomRoutes = rooms.map((room) =>
    createRoute({
      getParentRoute: () => shell,
      path: room.path,
      component: lazily(() => loadAdmitted(room)),
    }),
  );
  const doorRoutes = doors.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazily(load) }),
  );
  return createRouter({
    routeTree: root.addChildren([shell.addChildren(roomRoutes), ...doorRoutes]),
    defaultPreload: "intent",
    defaultPendingComponent: LoadingRoom,
    defaultErrorComponent: CrashedRoom,
    scrollRestoration: true,
  });
}

async function loadAdmitted(room: Room): Promise<ComponentType> {
  const Opened = await room.load();
  return () => (
    <Admitted room={room}>
      <Opened />
    </Admitted>
  );
}

const lazily = (load: () => Promise<ComponentType>) =>
  lazyRouteComponent(async () => ({ default: await load() }));

const doors: readonly { path: string; load: () => Promise<ComponentType> }[] = [
  { path: "/portal", load: async () => (await import("../session/portal-page.tsx")).PortalPage },
  { path: "/prices", load: async () => (await import("../prices/price-page.tsx")).PricePage },
  { path: "/sign-in", load: async () => (await import("../session/sign-in-page.tsx")).SignInPage },
  { path: "/sign-up", load: async () => (await import("../session/sign-up-page.tsx")).SignUpPage },
  {
    path: "/forgot-password",
    load: async () => (await import("../session/forgot-password-page.tsx")).ForgotPasswordPage,
  },
  {
    path: "/reset-password",
    load: async () => (await import("../session/reset-password-page.tsx")).ResetPasswordPage,
  },
  {
    path: "/accept-invitation",
    load: async () => (await import("../session/accept-invitation-page.tsx")).AcceptInvitationPage,
  },
];
