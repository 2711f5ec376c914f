import { z } from 'zod';

/** What a variable of a container or a build may be called. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'write a variable name of letters, digits and "_", such as SHOP_URL')
  .refine(
    (name) => !/^(AWS_BATCH|NIGHTSHIFT_)|^JOB_INPUT$/.test(name),
    'is reserved: AWS_BATCH..., NIGHTSHIFT_... and JOB_INPUT are set for the container; write another name',
  );

/**
 * What Lambda sets by itself and refuses in a function's configuration; TZ, PATH and the like are free.
 * Source: Lambda developer guide, "Defined runtime environment variables".
 */
const setByLambda = new Set([
  ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_EXECUTION_ENV', '_HANDLER', '_X_AMZN_TRACE_ID'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

/** What a variable of a Lambda function may be called. Source: Lambda developer guide, "Working with environment variables". */
export const lambdaVariableName = variableName
  .refine(
    (name) => setByLambda.has(name) || !/^(_\w*|\w)$/.test(name),
    'is not what Lambda takes; write a name that begins with a letter and has two characters or more, such as SHOP_URL',
  )
  .refine(
    (name) => !setByLambda.has(name),
    'is reserved: Lambda sets it by itself; write another name, such as SHOP_URL',
  );
