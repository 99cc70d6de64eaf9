export { type TestDatabase, testDatabase } from "./test-database.ts";
export { startTestServer, type TestServer } from "./test-server.ts";
