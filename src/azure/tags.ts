import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";

export interface Tag {
  readonly name: string;
  readonly value: string;
}

const shape = z.object({ properties: z.object({ tags: z.record(z.string(), z.string()).nullish() }) });

/**
 * Sees to it that a resource has a tag, and leaves its others. False where it has one of that name with another value,
 * which is somebody else's and stays. Throws ArmError.
 */
export async function setTag(arm: ArmClient, resource: string, tag: Tag, signal: AbortSignal): Promise<boolean> {
  const service = arm.cloud.management;
  const { data } = await arm.send({ url: addressOf(arm, resource), service, shape }, signal);
  // Azure tells names of tags apart by nothing but their letters.
  const there = Object.entries(data.properties.tags ?? {}).find(
    ([name]) => name.toLowerCase() === tag.name.toLowerCase(),
  );
  if (there !== undefined) return there[1] === tag.value;
  await patch(arm, resource, "Merge", tag, signal);
  return true;
}

/** Takes a tag away, where the resource has it with this value. Throws ArmError. */
export async function dropTag(arm: ArmClient, resource: string, tag: Tag, signal: AbortSignal): Promise<void> {
  await patch(arm, resource, "Delete", tag, signal);
}

async function patch(
  arm: ArmClient,
  resource: string,
  operation: "Merge" | "Delete",
  { name, value }: Tag,
  signal: AbortSignal,
): Promise<void> {
  const body = { operation, properties: { tags: { [name]: value } } };
  const url = addressOf(arm, resource);
  // Azure may answer before it is done, and then says nothing of tags.
  await arm.send({ method: "PATCH", url, service: arm.cloud.management, body, shape: z.unknown() }, signal);
}

function addressOf(arm: ArmClient, resource: string): URL {
  return arm.management(`${resource}/providers/Microsoft.Resources/tags/default`, {
    "api-version": apiVersions.resources,
  });
}
