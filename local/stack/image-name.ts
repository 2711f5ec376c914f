/** The image name that an app has locally. */
export function imageOf(app: string): string {
  return `nightshift-local/${app}`;
}
