import { account } from "../account.ts";
import type { DaemonFile } from "../kinds/daemon.ts";

/** Where the desks' SSH servers find the lab's root: in mounts of their own, below a folder that only root enters. */
export const labInside = "/run/lab/root";

/** The called desk's own folder, as an operator who logged in sees it. */
const home = "/home/desk";
/** The account's home by /etc/passwd: the operator's public key, and nothing that the account may write. */
const gate = "/run/desk";
const shell = "/run/desk-shell";

const passwd = `root:*:0:0::/:/usr/sbin/nologin
sshd:*:60743:65534::/run/sshd:/usr/sbin/nologin
nobody:*:65534:65534::/nonexistent:/usr/sbin/nologin
${account.name}:*:${account.id}:${account.id}::${gate}:${shell}
`;
const group = `root:*:0:
nogroup:*:65534:
${account.name}:*:${account.id}:
`;

/**
 * Lays over the machine's what a desk's visitors must not see (the lab, logs, other people's homes and temporary files)
 * and what must be another (accounts). `ip netns exec` gave the daemon mounts of its own; the machine's stay as they are.
 * Mounts of namespaces go, since each connection copies the table of mounts.
 */
const mounts = `#!/bin/sh
set -e
umount -R -l /run/netns
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/sshd
mkdir -m 700 /run/lab
mkdir ${labInside}
mount --bind "{lab}" ${labInside}
install -D -m 644 "{dir}/authorized_keys" ${gate}/.ssh/authorized_keys
install -m 755 "{dir}/shell" ${shell}
for file in passwd group; do
  install -m 644 "{dir}/$file" /run/$file
  mount --bind /run/$file /etc/$file
done
for folder in "{state}" /home /root /tmp /var/tmp /var/log /dev/shm; do
  [ ! -d "$folder" ] || mount -t tmpfs -o mode=755 tmpfs "$folder"
done
mkdir -m 700 ${home}
exec "$@"
`;

/**
 * The account's login shell. A desk whose folder is not there has root's empty one in its place, which it cannot enter.
 * No start-up files, and temporary files go into the desk's folder.
 */
const loginShell = `#!/bin/sh
cd ${home} 2>/dev/null || { echo "this desk has no folder" >&2; exit 1; }
HOME=${home} TMPDIR=${home}
export HOME TMPDIR
unset ENV
exec /bin/sh "$@"
`;

/** What the mounts are made of. A new key of the operator's is a changed file, so the daemon starts anew with it. */
export const loginFiles: readonly DaemonFile[] = [
  { path: "mounts", executable: true, text: mounts },
  { path: "shell", executable: true, text: loginShell },
  { path: "passwd", text: passwd },
  { path: "group", text: group },
  { path: "authorized_keys", text: "{operator}\n" },
];

/**
 * Begins the command that serves a connection, so that it has mounts and process numbers of its own: a session sees
 * neither another desk's folder nor its processes, and what it started ends with it.
 */
export const apart = ["unshare", "--mount", "--pid", "--kill-child", "--mount-proc"];

/** The script that serves a connection: puts the called desk's own folder in its place, then becomes the server. */
export function serveOne(hosts: string, server: string): string {
  return `#!/bin/sh
mount -n --bind ${hosts}/$TCPLOCALIP/home ${home} 2>/dev/null
exec ${server}
`;
}
