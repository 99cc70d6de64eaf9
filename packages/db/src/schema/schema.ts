import { pgSchema } from "drizzle-orm/pg-core";

/** Every table lives in a PostgreSQL schema of its own, so Ratebook can share a database. */
export const ratebook = pgSchema("ratebook");
