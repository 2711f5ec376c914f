/** What an operation may know about the call besides its request. */
export interface Call {
  /** Size of the request's body. */
  bodyBytes: number;
  /** Aborted when the caller has gone away. */
  signal: AbortSignal;
}

/** One API operation. Throws AwsError for an answer that is an error. */
export type Operation = (request: Record<string, unknown>, call: Call) => object | Promise<object>;

/** The error names that a service uses for troubles of its own. */
export interface TroubleNames {
  throttled: { code: string; status: number };
  failed: { code: string; status: number };
  denied: { code: string; status: number };
}

/** One AWS service: its operations by the names that the API reference gives them. */
export interface Service {
  /** As in IAM actions: `batch`, `logs`, `sqs`, `secretsmanager`. */
  name: string;
  operations: Record<string, Operation>;
  troubles: TroubleNames;
}

/**
 * Types an operation by the SDK's request. The SDK serializes by its own schema, so the shape is taken
 * on trust here; what AWS refuses is refused by the operation itself.
 */
export function operation<Request>(handle: (request: Request, call: Call) => object | Promise<object>): Operation {
  return (request, call) => handle(request as Request, call);
}
