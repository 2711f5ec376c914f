/** What an SDK is to be told of the local AWS. */
export interface SdkPlace {
  endpoint: string;
  region: string;
  accessKeyId: string;
}

/** The variables by which an unchanged AWS SDK in a process reaches the local AWS, as the owner of an access key. */
export function sdkVariables({ endpoint, region, accessKeyId }: SdkPlace): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
