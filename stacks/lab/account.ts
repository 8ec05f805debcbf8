/**
 * The account by which an operator logs in to the lab's desks. It stands only in the /etc/passwd that the desks' SSH
 * servers see. Its number is one that neither Debian nor systemd gives out (they leave 60706 to 61183 free); as user and
 * as group.
 */
export const account = { name: "desk", id: 60_742 } as const;

/** Folder of the operator's key, under the lab's root; the key is `id_ed25519` in it. */
export const operatorFolder = "operator";
