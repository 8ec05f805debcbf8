import * as grpc from "@grpc/grpc-js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { ChangeKind } from "./diff.ts";
import { PartialError } from "./errors.ts";
import {
  fromStruct,
  messages,
  nothing,
  packed,
  PluginInfo,
  ResourceProviderService,
  Status,
  toStruct,
} from "./protobuf.ts";
import { type Configuration, Provider } from "./provider.ts";
import type { State } from "./state.ts";

const { Kind } = messages.PropertyDiff;
const kinds: Readonly<Record<ChangeKind, Messages.PropertyDiff.Kind>> = {
  add: Kind.ADD,
  "add-replace": Kind.ADD_REPLACE,
  delete: Kind.DELETE,
  "delete-replace": Kind.DELETE_REPLACE,
  update: Kind.UPDATE,
  "update-replace": Kind.UPDATE_REPLACE,
};

const noGuid = "00000000-0000-0000-0000-000000000000";

/** The provider protocol over gRPC (pulumi/provider.proto): each call is one of `Provider`'s. */
export class Service {
  readonly #state: State;
  #provider: Provider | undefined;
  constructor(state: State) {
    this.#state = state;
  }

  handlers(): grpc.UntypedServiceImplementation {
    return {
      getPluginInfo: answer(() => new PluginInfo().setVersion("3.28.0")),
      getSchema: answer(() => new messages.GetSchemaResponse().setSchema('{"name":"azure-native","version":"3.28.0"}')),
      attach: answer(nothing),
      cancel: answer(nothing),
      checkConfig: answer((request: Messages.CheckRequest) => {
        return new messages.CheckResponse().setInputs(request.getNews());
      }),
      diffConfig: answer(() => new messages.DiffResponse()),
      configure: answer((request: Messages.ConfigureRequest) => this.#configure(request)),
      check: answer((request: Messages.CheckRequest) => this.#check(request)),
      diff: answer((request: Messages.DiffRequest) => this.#diff(request)),
      create: answer((request: Messages.CreateRequest) => this.#create(request)),
      read: answer((request: Messages.ReadRequest) => this.#read(request)),
      update: answer((request: Messages.UpdateRequest) => this.#update(request)),
      delete: answer((request: Messages.DeleteRequest) => this.#delete(request)),
      invoke: answer((request: Messages.InvokeRequest) => {
        const outputs = this.#azure.invoke(request.getTok(), fromStruct(request.getArgs()));
        return new messages.InvokeResponse().setReturn(toStruct(outputs));
      }),
    };
  }

  get #azure(): Provider {
    if (this.#provider === undefined) throw new Error("the provider has not been configured");
    return this.#provider;
  }

  #configure(request: Messages.ConfigureRequest): Messages.ConfigureResponse {
    const variables = new Map<string, string>(request.getVariablesMap().toArray());
    const setting = (name: string, variable: string): string | undefined =>
      variables.get(`azure-native:config:${name}`) ?? process.env[variable];
    const subscriptionId = setting("subscriptionId", "ARM_SUBSCRIPTION_ID");
    if (subscriptionId === undefined) throw new Error("no subscription: set azure-native:subscriptionId");
    const configuration: Configuration = {
      subscriptionId,
      tenantId: setting("tenantId", "ARM_TENANT_ID") ?? noGuid,
      clientId: setting("clientId", "ARM_CLIENT_ID") ?? noGuid,
      location: setting("location", "ARM_LOCATION_NAME"),
    };
    this.#provider = new Provider(this.#state, configuration);
    // As azure-native answers: it takes neither secrets nor outputs, so the engine keeps track of them by itself.
    return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
  }

  #check(request: Messages.CheckRequest): Messages.CheckResponse {
    const { inputs, failures } = this.#azure.check(
      request.getUrn(),
      fromStruct(request.getOlds()),
      fromStruct(request.getNews()),
      request.getRandomseed_asB64(),
    );
    return new messages.CheckResponse()
      .setInputs(toStruct(inputs))
      .setFailuresList(failures.map((reason) => new messages.CheckFailure().setReason(reason)));
  }

  #diff(request: Messages.DiffRequest): Messages.DiffResponse {
    const oldInputs = fromStruct(request.getOldInputs());
    const { changes, replaces } = this.#azure.diff(request.getUrn(), oldInputs, fromStruct(request.getNews()));
    const response = new messages.DiffResponse()
      .setChanges(
        changes.size > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE,
      )
      .setReplacesList([...replaces])
      .setDiffsList([...new Set([...changes.keys()].map((name) => /^[^.[]+/.exec(name)?.[0] ?? name))])
      .setDeletebeforereplace(replaces.length > 0)
      .setHasdetaileddiff(changes.size > 0);
    for (const [name, kind] of changes) {
      response.getDetaileddiffMap().set(name, new messages.PropertyDiff().setKind(kinds[kind]).setInputdiff(true));
    }
    return response;
  }

  #create(request: Messages.CreateRequest): Messages.CreateResponse {
    const given = fromStruct(request.getProperties());
    if (request.getPreview()) {
      return new messages.CreateResponse().setProperties(toStruct(this.#azure.preview(request.getUrn(), given)));
    }
    const { id, properties } = withInputs(given, () =>
      this.#azure.create(request.getUrn(), given, request.getTimeout()),
    );
    return new messages.CreateResponse().setId(id).setProperties(toStruct(properties));
  }

  #read(request: Messages.ReadRequest): Messages.ReadResponse {
    const oldInputs = request.hasInputs() ? fromStruct(request.getInputs()) : undefined;
    // An import asks with empty inputs.
    const inputs = oldInputs === undefined || Object.keys(oldInputs).length === 0 ? undefined : oldInputs;
    const found = this.#azure.read(request.getId(), request.getUrn(), inputs, fromStruct(request.getProperties()));
    if (found === undefined) return new messages.ReadResponse();
    return new messages.ReadResponse()
      .setId(request.getId())
      .setProperties(toStruct(found.properties))
      .setInputs(toStruct(found.inputs));
  }

  #update(request: Messages.UpdateRequest): Messages.UpdateResponse {
    const news = fromStruct(request.getNews());
    const properties = request.getPreview()
      ? this.#azure.previewUpdate(request.getUrn(), news, fromStruct(request.getOlds()))
      : withInputs(news, () => this.#azure.update(request.getId(), request.getUrn(), news, request.getTimeout()));
    return new messages.UpdateResponse().setProperties(toStruct(properties));
  }

  #delete(request: Messages.DeleteRequest): never {
    this.#azure.delete(request.getId(), request.getUrn(), request.getTimeout());
    return nothing();
  }
}

/** A partial failure carries what was asked for, as azure-native's does. */
function withInputs<Result>(inputs: object, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof PartialError) error.inputs = inputs;
    throw error;
  }
}

function answer<Request, Response>(handle: (request: Request) => Response) {
  return (call: { readonly request: Request }, callback: grpc.sendUnaryData<Response>): void => {
    try {
      callback(null, handle(call.request));
    } catch (error) {
      callback(failure(error as Error));
    }
  };
}

function failure(error: Error): Partial<grpc.StatusObject> {
  const plain = { code: grpc.status.UNKNOWN, details: error.message };
  if (!(error instanceof PartialError)) return plain;
  const detail = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setReasonsList([error.message])
    .setInputs(toStruct(error.inputs));
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed"));
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...plain, metadata };
}

/** Serves the state on a free port of the loopback; prints the port, which is how the engine learns of it. */
export function serve(state: State): void {
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  server.addService(ResourceProviderService, new Service(state).handlers());
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}
