# Run by root: refreshes apt's indexes and installs the packages given as arguments, without letting
# their services start. What it places it takes away again, however it ends.
set -u
policy=/usr/sbin/policy-rc.d
mark='# placed by cargo xtask while it installs packages; safe to remove'
ours=

clean_up() {
    if [ -n "$ours" ] && grep -qsF "$mark" "$policy"; then
        rm -f "$policy"
    fi
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Left by a run that was killed: it would keep every service of this machine from starting, for ever.
if grep -qsF "$mark" "$policy"; then
    echo "taking over $policy, left behind by an earlier run that was killed"
    ours=yes
elif (set -C; printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > "$policy") 2>/dev/null; then
    # noclobber: a policy the machine already has stays as it is, and stays
    ours=yes
    chmod 755 "$policy"
fi

export LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
common='-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0'
# A third-party source that cannot be reached must not stop us; if Debian's cannot, the install will say so.
apt-get $common update || echo "apt-get update failed; going on with the indexes at hand"
apt-get $common install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
