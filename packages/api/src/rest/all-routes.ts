import type { Route } from "./route.ts";

/** Every documented route, by area; the server and the OpenAPI document are both made from this list. */
export const allRoutes: readonly Route[] = [];
