import { generateKeyPairSync, randomBytes } from "node:crypto";

/** An ed25519 host key in the forms that SSH servers keep it. */
export interface HostKey {
  /** 32 raw bytes. */
  readonly public: Buffer;
  /** 64 raw bytes: seed, then public. */
  readonly secret: Buffer;
}

export function makeHostKey(): HostKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d, x } = privateKey.export({ format: "jwk" });
  const seed = Buffer.from(d ?? "", "base64url");
  const publicKey = Buffer.from(x ?? "", "base64url");
  return { public: publicKey, secret: Buffer.concat([seed, publicKey]) };
}

/** `ssh-ed25519 AAAA…` of a raw public key. */
export function openSshPublicKey(key: Buffer): string {
  return `ssh-ed25519 ${Buffer.concat([field("ssh-ed25519"), field(key)]).toString("base64")}`;
}

/** OpenSSH's own private key file (PROTOCOL.key), not encrypted: the lab's hosts only. */
export function openSshPrivateKey(key: HostKey): string {
  const checkNumber = randomBytes(4);
  const publicBlob = Buffer.concat([field("ssh-ed25519"), field(key.public)]);
  const secretBlob = Buffer.concat([
    checkNumber,
    checkNumber,
    field("ssh-ed25519"),
    field(key.public),
    field(key.secret),
    field(""),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secretBlob.length % 8)) % 8 }, (_, index) => index + 1));
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secretBlob, padding])),
  ]);
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
