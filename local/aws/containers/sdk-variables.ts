/** What an SDK is to be told of the local AWS. */
export interface SdkPlace {
  endpoint: string;
  region: string;
  /** Default: any does. */
  accessKeyId?: string | undefined;
}

/** The variables by which an unchanged AWS SDK in a container reaches the local AWS. */
export function sdkVariables({ endpoint, region, accessKeyId = 'local' }: SdkPlace): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
