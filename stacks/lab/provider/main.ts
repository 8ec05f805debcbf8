import { main } from "@pulumi/pulumi/provider/index.js";
import { labSettings } from "../settings.ts";
import { LabProvider } from "./provider.ts";

await main(new LabProvider(labSettings(process.env)) as never, process.argv.slice(2));
