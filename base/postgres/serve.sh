#!/bin/sh
# Makes a database cluster where $PGDATA is empty, then becomes the server with the arguments given.
# The environment is that of the official images.
set -eu
umask 077
[ "${1-}" != postgres ] || shift

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# secret NAME: sets `secret` to $NAME, or to the first line of the file that $NAME_FILE names.
secret() {
    eval "secret=\${$1-} file=\${$1_FILE-}"
    [ -z "$file" ] || read -r secret < "$file" || [ -n "$secret" ] || fail "$file, of $1_FILE, is empty"
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    secret POSTGRES_PASSWORD
    [ -n "$secret" ] || [ "$method" = trust ] ||
        fail "$PGDATA is empty: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE to make a database there"
    if [ -n "$secret" ]; then
        # shellcheck disable=SC2086 # arguments, as the official images split them
        printf '%s\n' "$secret" | initdb --username="$user" --pwfile=/dev/stdin --auth-local=trust \
            --auth-host="$method" ${POSTGRES_INITDB_ARGS-}
    else
        # shellcheck disable=SC2086
        initdb --username="$user" --auth-local=trust --auth-host="$method" ${POSTGRES_INITDB_ARGS-}
    fi
    printf 'host all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
    pg_ctl -w -s -o "-c listen_addresses=''" start
    if [ "$database" != postgres ]; then
        printf 'CREATE DATABASE :"name";\n' | psql -qX -v ON_ERROR_STOP=1 -v name="$database" -U "$user" postgres
    fi
    for script in /docker-entrypoint-initdb.d/*.sql; do
        [ ! -f "$script" ] || psql -qX -v ON_ERROR_STOP=1 -U "$user" -f "$script" "$database"
    done
    pg_ctl -w -s -m fast stop
fi
unset POSTGRES_PASSWORD
exec postgres -c listen_addresses='*' "$@"
