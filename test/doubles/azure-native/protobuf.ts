import { createRequire } from "node:module";
import type * as Plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as Service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as StatusMessages from "@pulumi/pulumi/proto/status_pb.js";
import type { Properties } from "./values.ts";

/** The SDK's stubs are CommonJS that ESM cannot name; Google's messages must be the very ones that the SDK has. */
const requireFromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));

export const messages = requireFromSdk("./proto/provider_pb") as typeof Messages;
export const { ResourceProviderService } = requireFromSdk("./proto/provider_grpc_pb") as typeof Service;
export const { PluginInfo } = requireFromSdk("./proto/plugin_pb") as typeof Plugin;
export const { Status } = requireFromSdk("./proto/status_pb") as typeof StatusMessages;

interface Struct {
  toJavaScript(): Properties;
}
const struct = requireFromSdk("google-protobuf/google/protobuf/struct_pb") as {
  readonly Struct: { fromJavaScript(value: object): never };
};
const any = requireFromSdk("google-protobuf/google/protobuf/any_pb") as {
  readonly Any: new () => { pack(bytes: Uint8Array, name: string): void };
};
const empty = requireFromSdk("google-protobuf/google/protobuf/empty_pb") as { readonly Empty: new () => never };

export function toStruct(value: object): never {
  return struct.Struct.fromJavaScript(value);
}

export function fromStruct(value: unknown): Properties {
  return value === undefined ? {} : (value as Struct).toJavaScript();
}

export function packed(bytes: Uint8Array, name: string): never {
  const message = new any.Any();
  message.pack(bytes, name);
  return message as never;
}

export function nothing(): never {
  return new empty.Empty();
}
