#!/bin/sh
# Makes the secrets of an installation, a folder per container with a file per secret: deploy/secrets, or the folder given.
# Existing files stay. Postgres and Redis elsewhere: POSTGRES_URL (an administrator's) and REDIS_URL in the environment.
set -eu
umask 022
cd "$(dirname "$0")"
dir=${1:-secrets}

random() { openssl rand -hex 24; }
# keep FILE COMMAND...: writes the output of the command to the file, unless the file exists.
keep() { file=$dir/$1; shift; mkdir -p "$(dirname "$file")"; [ -s "$file" ] || "$@" >"$file"; }
copy() { mkdir -p "$(dirname "$dir/$1")"; printf '%s\n' "$2" >"$dir/$1"; }
read_file() { cat "$dir/$1"; }

mkdir -p "$dir"
# Containers read single folders of it as other users; on this machine only its owner may enter it.
chmod 700 "$dir"

keep postgres/password random
keep redis/password random
keep shared/role-secret random
keep shared/stream-token-secret random
keep shared/route-password random

admin_url=${POSTGRES_URL:-postgres://postgres:$(read_file postgres/password)@postgres:5432/loom}
# Each service signs in with its own roles: its URL has no user and no password.
postgres_url=$(printf '%s' "$admin_url" | sed -E 's#//[^/@]*@#//#')
redis_url=${REDIS_URL:-redis://:$(read_file redis/password)@redis:6379}

passwords=''
for user in gateway accounts flags evaluation streaming capture analytics audit prepare subscriber; do
  keep "nats-users/$user" random
  password=$(read_file "nats-users/$user")
  passwords="${passwords}PASSWORD_$(printf '%s' "$user" | tr '[:lower:]' '[:upper:]'): \"$password\"
"
  url=nats://$user:$password@nats:4222
  case $user in
    prepare) copy streams/nats-url "$url" ;;
    subscriber) ;;
    *) copy "$user/nats-url" "$url"; copy "$user/redis-url" "$redis_url" ;;
  esac
done

for service in accounts flags analytics audit; do
  copy "$service/postgres-url" "$postgres_url"
  copy "$service/role-secret" "$(read_file shared/role-secret)"
done
for service in evaluation streaming; do
  copy "$service/stream-token-secret" "$(read_file shared/stream-token-secret)"
done
copy migrations/postgres-url "$admin_url"
copy migrations/role-secret "$(read_file shared/role-secret)"

copy nats/passwords.conf "$passwords"
route=route:$(read_file shared/route-password)
copy nats/routes.conf "authorization { user: route, password: \"${route#route:}\", timeout: 2 }
routes: [
  \"nats-route://$route@nats-0.nats:6222\"
  \"nats-route://$route@nats-1.nats:6222\"
  \"nats-route://$route@nats-2.nats:6222\"
]"
echo "The secrets are in $(cd "$dir" && pwd)."
