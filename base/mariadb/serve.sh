#!/bin/sh
# Makes the system tables where the data directory is empty, then becomes the server with the
# arguments given. The environment is that of the official images.
set -eu
umask 077
[ "${1-}" != mariadbd ] || shift
data=/var/lib/mysql
scripts=/usr/share/mariadb

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# secret NAME: sets `secret` to $NAME, or to the first line of the file that $NAME_FILE names.
secret() {
    eval "secret=\${$1-} file=\${$1_FILE-}"
    [ -z "$file" ] || read -r secret < "$file" || [ -n "$secret" ] || fail "$file, of $1_FILE, is empty"
}

# quote TEXT MARK: sets `quoted` to TEXT with each MARK and backslash escaped by itself.
quote() {
    rest=$1 quoted=
    while [ -n "$rest" ]; do
        tail=${rest#?}
        character=${rest%"$tail"}
        case $character in
        "$2" | \\) quoted=$quoted$character$character ;;
        *) quoted=$quoted$character ;;
        esac
        rest=$tail
    done
    quoted=$2$quoted$2
}

# account NAME PASSWORD: SQL that makes an account for every host, and sets `account` to it.
account() {
    quote "$1" \' && account=$quoted@\'%\'
    quote "$2" \' && printf 'CREATE OR REPLACE USER %s IDENTIFIED BY %s;\n' "$account" "$quoted"
}

# What makes the tables, the accounts and the database.
first_statements() {
    # One statement a line: the server reads them so.
    printf '%s;\n' 'CREATE DATABASE IF NOT EXISTS mysql' 'USE mysql' 'SET @auth_root_socket = NULL'
    cat "$scripts/mariadb_system_tables.sql" "$scripts/mariadb_performance_tables.sql" \
        "$scripts/mariadb_system_tables_data.sql" "$scripts/maria_add_gis_sp_bootstrap.sql" \
        "$scripts/mariadb_sys_schema.sql"
    # Accounts of root without a password: of this container's name, and of its addresses.
    printf "DELETE FROM %s WHERE User = 'root' AND Host <> 'localhost';\n" global_priv proxies_priv
    printf 'FLUSH PRIVILEGES;\n'
    quote "$root" \' && printf "ALTER USER 'root'@'localhost' IDENTIFIED BY %s;\n" "$quoted"
    account root "$root" && printf 'GRANT ALL ON *.* TO %s WITH GRANT OPTION;\n' "$account"
    if [ -n "${MARIADB_DATABASE-}" ]; then
        quote "$MARIADB_DATABASE" \` && database=$quoted
        printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$database"
    fi
    if [ -n "${MARIADB_USER-}" ]; then
        account "$MARIADB_USER" "$password"
        [ -z "${database-}" ] || printf 'GRANT ALL ON %s.* TO %s;\n' "$database" "$account"
    fi
}

if [ ! -d "$data/mysql" ]; then
    secret MARIADB_PASSWORD && password=$secret
    secret MARIADB_ROOT_PASSWORD && root=$secret
    [ -n "$root" ] || [ -n "${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD-}" ] ||
        fail "$data is empty: set MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE to make a database there"
    first_statements | mariadbd --bootstrap --log-warnings=0 --enforce-storage-engine='' --max-allowed-packet=8M
fi
unset MARIADB_PASSWORD MARIADB_ROOT_PASSWORD
exec mariadbd "$@"
