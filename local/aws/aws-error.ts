/** An error answer as AWS gives it: the SDK turns `code` into the class of that name. */
export class AwsError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** Members of the error besides its message. */
  readonly fields: Record<string, unknown>;

  constructor(code: string, message: string, more: number | { fields: Record<string, unknown> } = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.httpStatus = typeof more === 'number' ? more : 400;
    this.fields = typeof more === 'number' ? {} : more.fields;
  }
}

/** Batch's answer to every request that is wrong in itself. */
export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** The answer to a parameter that is out of its range, in CloudWatch Logs and Secrets Manager. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
