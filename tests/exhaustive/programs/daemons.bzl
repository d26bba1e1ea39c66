"""Servers, which start as their packages configure them, but stay in the foreground."""

load("//tests/base/programs:row.bzl", "prints", "row", "serves")

# By name.
DAEMONS = {
    "chrony": row(["chrony"], [
        serves(["chronyd", "-d", "-x"], "chronyd version 4"),
    ]),
    "clamav": row(["clamav-daemon"], [
        prints(["clamd", "--version"], "^ClamAV 1"),
        prints(["clamconf"], "Config file: clamd.conf"),
    ]),
    "collectd": row(["collectd-core"], [
        prints(["collectd", "-h"], "collectd 5"),
    ]),
    "coturn": row(["coturn"], [
        serves(["turnserver", "-n", "-L", "127.0.0.1"], ""),
    ]),
    "dovecot": row(["dovecot-imapd"], [
        prints(["doveconf", "-n"], "protocols|mail_location|dovecot_config_version"),
        serves(["dovecot", "-F"], ""),
    ]),
    "etcd": row(["etcd-server", "etcd-client"], [
        serves(["etcd", "--data-dir", "/tmp/etcd"], "ready to serve client requests", then = [
            prints(["etcdctl", "put", "a", "b"], "^OK\n$"),
        ]),
    ]),
    "freeradius": row(["freeradius"], [
        prints(["freeradius", "-v"], "FreeRADIUS Version 3"),
    ]),
    "haproxy": row(["haproxy"], [
        prints(["haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg"], "Configuration file is valid|^$"),
    ]),
    "icecast2": row(["icecast2"], [
        serves(["icecast2", "-c", "/etc/icecast2/icecast.xml"], "", user = "icecast2"),
    ]),
    "inetd": row(["openbsd-inetd"], [
        serves(["inetd", "-d"], ""),
    ]),
    "influxdb": row(["influxdb"], [
        serves(["influxd", "-config", "/etc/influxdb/influxdb.conf"], "Listening for signals"),
    ]),
    "kea": row(["kea-dhcp4-server"], [
        prints(["kea-dhcp4", "-t", "/etc/kea/kea-dhcp4.conf"], "(?i)configur"),
    ]),
    "knot": row(["knot"], [
        prints(["knotc", "conf-check"], "Configuration is valid"),
    ]),
    "lighttpd": row(["lighttpd"], [
        prints(["lighttpd", "-tt", "-f", "/etc/lighttpd/lighttpd.conf"], "^$|Syntax OK"),
        serves(["lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"], ""),
    ], essential = ["coreutils", "dash", "perl-base"]),
    "mosquitto": row(["mosquitto", "mosquitto-clients"], [
        serves(["mosquitto", "-v"], "mosquitto version 2.* running", then = [
            prints(["mosquitto_pub", "-t", "a", "-m", "b"], "^$"),
        ]),
    ]),
    "munin_node": row(["munin-node"], [
        prints(["munin-run", "--version"], "munin-run", status = 1),
    ]),
    "nats": row(["nats-server"], [
        serves(["nats-server"], "Server is ready"),
    ]),
    "node_exporter": row(["prometheus-node-exporter"], [
        serves(["prometheus-node-exporter"], "Listening on"),
    ]),
    "nsd": row(["nsd"], [
        prints(["nsd-checkconf", "/etc/nsd/nsd.conf"], "^$"),
        serves(["nsd", "-d"], "nsd started"),
    ]),
    "nss_ldap": row(["nslcd"], [
        prints(["nslcd", "--version"], "^nss-pam-ldapd 0"),
    ]),
    "opendkim": row(["opendkim"], [
        prints(["opendkim", "-V"], "OpenDKIM Filter v2"),
        prints(["opendkim", "-n", "-x", "/etc/opendkim.conf"], "^$"),
    ]),
    "openvpn": row(["openvpn"], [
        prints(["openvpn", "--version"], "^OpenVPN 2", status = 0),
        prints(["openvpn", "--genkey", "secret", "/tmp/k"], "^$"),
    ]),
    "pdns": row(["pdns-server", "pdns-backend-sqlite3"], [
        prints(["pdns_server", "--version"], "PowerDNS Authoritative Server 4"),
        prints(["pdns_server", "--config=check"], "^$|No backends"),
    ]),
    "pdns_recursor": row(["pdns-recursor"], [
        serves(["pdns_recursor", "--daemon=no"], "(?i)enabled|listening|pdns-recursor starting|worker"),
    ]),
    "php_fpm": row(["php-fpm"], [
        prints(["php-fpm8.4", "-t"], "test is successful"),
        serves(["php-fpm8.4", "-F", "-O"], "ready to handle connections"),
    ]),
    "postfix": row(["postfix"], [
        prints(["postconf", "mail_version"], "^mail_version = 3"),
        prints(["postfix", "check"], ""),
    ], essential = ["coreutils", "dash", "findutils", "grep", "perl-base", "sed"]),
    "prometheus": row(["prometheus"], [
        serves(["prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/tsdb"], "Server is ready to receive web requests"),
    ]),
    "proftpd": row(["proftpd-core"], [
        prints(["proftpd", "-t"], "Checking syntax of configuration file"),
        serves(["proftpd", "-n"], "STARTUP"),
    ]),
    "prosody": row(["prosody", "lua-unbound"], [
        serves(["prosody", "-F"], "", user = "prosody"),
    ], essential = ["coreutils"]),
    "rabbitmq": row(["rabbitmq-server"], [
        serves(["/usr/lib/rabbitmq/bin/rabbitmq-server"], "Starting broker\\.\\.\\. completed", user = "rabbitmq"),
    ], essential = ["dash", "coreutils", "sed", "grep"]),
    "redis_sentinel": row(["redis-sentinel"], [
        serves(["redis-sentinel", "/etc/redis/sentinel.conf", "--daemonize", "no", "--logfile", ""], "Sentinel ID is"),
    ]),
    "rsyslog": row(["rsyslog"], [
        prints(["rsyslogd", "-N1"], "End of config validation run"),
    ]),
    "samba": row(["samba"], [
        prints(["testparm", "-s"], "Loaded services file OK"),
        serves(["smbd", "-F", "--no-process-group", "--debug-stdout"], "smbd version 4"),
    ]),
    "slapd": row(["slapd", "ldap-utils"], [
        prints(["slapd", "-VV"], "OpenLDAP: slapd 2", status = 0),
        prints(["slaptest", "-F", "/etc/ldap/slapd.d"], "config file testing succeeded"),
    ]),
    "spamd": row(["spamd"], [
        prints(["spamassassin", "--version"], "^SpamAssassin version 4"),
        prints(["spamassassin", "--lint"], ""),
    ]),
    "squid": row(["squid"], [
        prints(["squid", "-k", "parse"], "Processing Configuration File"),
        serves(["squid", "-N", "-d", "1"], "Accepting HTTP Socket connections"),
    ]),
    "stunnel": row(["stunnel4"], [
        prints(["stunnel", "-version"], "stunnel 5", status = 0),
    ]),
    "tinyproxy": row(["tinyproxy"], [
        serves(["tinyproxy", "-d"], ""),
    ]),
    "tor": row(["tor"], [
        serves(["tor"], "Opened Socks listener", user = "debian-tor"),
    ]),
    "varnish": row(["varnish"], [
        prints(["varnishd", "-V"], "varnish-7"),
        serves(["varnishd", "-F", "-a", ":6081", "-f", "/etc/varnish/default.vcl", "-n", "/tmp/v"], "Child launched OK|Child .* Started"),
    ], essential = ["coreutils", "dash"]),
    "zabbix_agent": row(["zabbix-agent"], [
        prints(["zabbix_agentd", "-V"], "Zabbix"),
        serves(["zabbix_agentd", "-f"], "", user = "zabbix"),
    ]),
}
