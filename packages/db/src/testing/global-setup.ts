import type { TestProject } from "vitest/node";
import { DATABASE } from "../embedded/roles.ts";
import { startTestServer } from "./test-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The run's server: addresses without a database, one per role, and the migrated template. */
    database: TestServerAddress;
  }
}

export type TestServerAddress = { superuserUrl: string; ownerUrl: string; appUrl: string; template: string };

/**
 * Starts one server for the whole run and migrates a template database, which `testDatabase` copies per test file.
 *
 * @returns stops the server and removes its data
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer({ durable: false });
  const { superuserUrl, ownerUrl, appUrl } = server;
  project.provide("database", { superuserUrl, ownerUrl, appUrl, template: DATABASE });
  return () => server.stop();
}
