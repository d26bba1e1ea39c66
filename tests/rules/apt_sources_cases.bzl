"""What apt's configuration and PLINTH_MIRRORS mean, for the rules and for the tools alike.

tests/tools/fetch/mirror_cases_test.py reads this file as Python.
"""

# The mirrors of the archive `debian` that files of /etc/apt name. `name` is the file's; `{apt}` is the
# directory that it is in; `others` are further files next to it.
APT_CASES = [
    {
        "about": "one line per source",
        "name": "sources.list",
        "text": "# deb http://comment.example/debian trixie main\ndeb http://mirror.example/debian trixie main\n",
        "urls": ["http://mirror.example/debian"],
    },
    {
        "about": "options, comments at the end, tabs, indented lines, and a final slash",
        "name": "sources.list",
        "text": "deb [arch=amd64 signed-by=/etc/apt/key.asc] http://one.example/debian trixie main # why\n  deb\thttp://two.example/debian/\ttrixie main\n",
        "urls": ["http://one.example/debian", "http://two.example/debian"],
    },
    {
        "about": "options without a space behind them",
        "name": "sources.list",
        "text": "deb [ trusted=yes ]http://one.example/debian trixie main\n",
        "urls": ["http://one.example/debian"],
    },
    {
        "about": "sources of source packages bring no packages",
        "name": "sources.list",
        "text": "deb-src http://source.example/debian trixie main\n",
        "urls": [],
    },
    {
        "about": "another archive",
        "name": "sources.list",
        "text": "deb http://mirror.example/debian-security trixie-security main\ndeb http://mirror.example/notdebian trixie main\n",
        "urls": [],
    },
    {
        "about": "lines that end as Windows ends them",
        "name": "sources.list",
        "text": "deb http://mirror.example/debian trixie main\r\n",
        "urls": ["http://mirror.example/debian"],
    },
    {
        "about": "copy: is a file to every program but apt",
        "name": "sources.list",
        "text": "deb copy:/srv/debian trixie main\n",
        "urls": ["file:/srv/debian"],
    },
    {
        "about": "a file",
        "name": "sources.list",
        "text": "deb file:/srv/debian trixie main\ndeb file:///mnt/debian trixie main\n",
        "urls": ["file:/srv/debian", "file:///mnt/debian"],
    },
    {
        "about": "methods that only apt knows",
        "name": "sources.list",
        "text": "".join([
            "deb {}/debian trixie main\n".format(method)
            for method in ["cdrom:[Debian 13]", "tor+http://onion.example", "tor+https://onion.example", "mirror+http://list.example", "mirror://list.example", "s3://bucket", "ssh://host", "rsh://host", "ftp://ftp.example", "spacewalk://host", "ar+https://registry.example", "HTTPX://x"]
        ]),
        "urls": [],
    },
    {
        "about": "nonsense",
        "name": "sources.list",
        "text": "deb\ndeb \ndeb [arch=amd64\ndebian http://x.example/debian\n\n",
        "urls": [],
    },
    {
        "about": "a list of mirrors",
        "name": "sources.list",
        "others": {"mirrors": "# ours\nhttp://first.example/debian\tpriority:1\n\n  http://second.example/debian # far\ncopy:/srv/debian\nftp://no.example/debian\n"},
        "text": "deb mirror+file:{apt}/mirrors trixie main\n",
        "urls": ["http://first.example/debian", "http://second.example/debian"],
    },
    {
        "about": "a list of mirrors, with an empty host",
        "name": "sources.list",
        "others": {"mirrors": "http://first.example/debian\n"},
        "text": "deb mirror+file://{apt}/mirrors trixie main\n",
        "urls": ["http://first.example/debian"],
    },
    {
        "about": "a list that is not there",
        "name": "sources.list",
        "text": "deb mirror+file:{apt}/mirrors trixie main\n",
        "urls": [],
    },
    {
        "about": "stanzas: comments within fields, upper and lower case, several URIs",
        "name": "debian.sources",
        "text": "# A comment\nTypes: deb\nURIs: http://one.example/debian\n# within\n http://two.example/debian\nSuites: trixie\n\ntypes: deb deb-src\nuris: http://three.example/debian http://four.example/debian/\n",
        "urls": ["http://one.example/debian", "http://two.example/debian", "http://three.example/debian", "http://four.example/debian"],
    },
    {
        "about": "stanzas that are switched off, in each of apt's words",
        "name": "debian.sources",
        "text": "\n".join(["Types: deb\nEnabled: {}\nURIs: http://off.example/debian\n".format(word) for word in ["no", "False", "without", "off", "disable", "0"]]),
        "urls": [],
    },
    {
        "about": "stanzas of source packages, and without types",
        "name": "debian.sources",
        "text": "Types: deb-src\nURIs: http://source.example/debian\n\nURIs: http://untyped.example/debian\n",
        "urls": [],
    },
    {
        "about": "lines of white space between stanzas",
        "name": "debian.sources",
        "text": "Types: deb\nURIs: http://one.example/debian\n \t\nTypes: deb-src\nURIs: http://source.example/debian\n",
        "urls": ["http://one.example/debian"],
    },
    {
        "about": "stanzas with copy:",
        "name": "debian.sources",
        "text": "Types: deb\nURIs: copy:///srv/debian cdrom:/debian\n",
        "urls": ["file:///srv/debian"],
    },
]

# The mirrors of `debian` in $PLINTH_MIRRORS, or the item that is refused.
VARIABLE_CASES = [
    {"text": "", "urls": []},
    {"text": "debian=http://mine.example/debian", "urls": ["http://mine.example/debian"]},
    {"text": " debian=https://a.example/debian/\tother=http://b.example  debian=file:/srv/debian", "urls": ["https://a.example/debian", "file:/srv/debian"]},
    {"refused": "http://mine.example/debian", "text": "http://mine.example/debian"},
    {"refused": "debian=", "text": "debian="},
    {"refused": "=http://mine.example", "text": "=http://mine.example"},
    {"refused": "a/b=http://mine.example", "text": "debian=http://mine.example a/b=http://mine.example"},
    {"refused": "debian=copy:/srv/debian", "text": "debian=copy:/srv/debian"},
    {"refused": "debian=mirror.example/debian", "text": "debian=mirror.example/debian"},
    {"refused": "debian=ftp://mirror.example/debian", "text": "debian=ftp://mirror.example/debian"},
]
