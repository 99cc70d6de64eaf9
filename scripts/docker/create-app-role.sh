#!/bin/sh
# Runs once, when the database is made: the role the server works as, which owns no table.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$RATEBOOK_DB_APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role ratebook_app login password :'password';
-- pg-boss keeps its queues in a schema of its own.
grant create, connect on database ratebook to ratebook_app;
SQL
